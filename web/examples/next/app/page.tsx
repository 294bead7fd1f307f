import { Panorama } from "./panorama";

export default function Page() {
  return (
    <main>
      <h1>The light of a panorama</h1>
      <Panorama src="panorama.jpg" model={process.env.NEXT_PUBLIC_LIGHTPROBE_MODEL || undefined} />
    </main>
  );
}
