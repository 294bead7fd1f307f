/** Files that are chosen, dropped or pasted, and their kinds. */

/** Kinds of files. */
export type FileKind = "image" | "video" | "hdr" | "model";

const ENDINGS: readonly (readonly [RegExp, FileKind])[] = [
  [/\.(hdr|exr)$/i, "hdr"],
  [/\.(glb|gltf)$/i, "model"],
  [/\.(mp4|webm|mov|m4v|ogv)$/i, "video"],
  [/\.(jpe?g|png|webp|avif|gif|bmp)$/i, "image"],
];

/** The kind of a file by its name or type; null if the page cannot open it. */
export function kindOf(file: File): FileKind | null {
  const known = ENDINGS.find(([ending]) => ending.test(file.name));
  if (known) return known[1];
  if (file.type.startsWith("image/")) return "image";
  if (file.type.startsWith("video/")) return "video";
  return null;
}

/** Calls `take` with each file; returns a function that opens the file dialog. */
export function receiveFiles(
  input: HTMLInputElement,
  overlay: HTMLElement,
  take: (file: File) => void,
): (accept: string) => void {
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    input.value = "";
    if (file) take(file);
  });
  const carriesFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  addEventListener("dragover", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    overlay.hidden = false;
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) overlay.hidden = true;
  });
  addEventListener("drop", (event) => {
    overlay.hidden = true;
    if (!carriesFile(event)) return;
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file) take(file);
  });
  addEventListener("paste", (event) => {
    const file = event.clipboardData?.files[0];
    if (!file) return;
    event.preventDefault();
    take(file);
  });
  return (accept) => {
    input.accept = accept;
    input.click();
  };
}
