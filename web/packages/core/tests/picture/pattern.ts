/** The picture that tools/web/make_fixtures.py makes by the same formula, scaled to a brightest code. */
export function pattern(height: number, width: number, brightest = 255): Uint8Array {
  const out = new Uint8Array(3 * width * height);
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      for (let channel = 0; channel < 3; channel++, at++) {
        const blocks = Math.floor(row / 9) * Math.floor(column / 13) * 17;
        const mixed = (row * 7 + column * 3 + channel * 29 + Math.floor((row * column) / 5) + blocks) % 331;
        out[at] = Math.floor((Math.min(mixed, 255) * brightest) / 255);
      }
    }
  }
  return out;
}

/** Opaque RGBA of RGB. */
export function toRgba(rgb: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray((rgb.length / 3) * 4).fill(255);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) out.set(rgb.subarray(from, from + 3), to);
  return out;
}
