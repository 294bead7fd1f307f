// Puts a sample panorama where the page finds it. Use a picture of your own: replace public/panorama.jpg.
import { copyFileSync, existsSync, mkdirSync } from "node:fs";

const target = new URL("public/panorama.jpg", import.meta.url);
if (!existsSync(target)) {
  mkdirSync(new URL("public/", import.meta.url), { recursive: true });
  copyFileSync(new URL("../../../samples/venice_sunset.jpg", import.meta.url), target);
}
