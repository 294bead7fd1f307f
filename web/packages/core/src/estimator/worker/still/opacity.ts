/** Whether a decoded picture has transparent pixels. */

const COLUMNS = 256;

/** Looks at a small copy, in which each pixel is a mean: transparent spots too small for it hold no light to speak of. */
export function isTransparent(bitmap: ImageBitmap): boolean {
  const width = Math.min(bitmap.width, COLUMNS);
  const height = Math.max(1, Math.round((bitmap.height * width) / bitmap.width));
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) return false;
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  for (let at = 3; at < data.length; at += 4) if (data[at] < 255) return true;
  return false;
}
