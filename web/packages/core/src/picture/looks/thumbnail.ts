/** Small gray copies of a picture, to be looked at. */

import { LUMINANCE } from "../../sphere/light.js";

/** Display values of a picture, red, green and blue first; a fourth channel is opacity. */
export interface Sample {
  data: ArrayLike<number>;
  channels: 3 | 4;
  width: number;
  height: number;
}

/** Means of luma [0…1] over samples × samples pixels on a grid, row by row. */
export function thumbnail(
  { data, channels, width, height }: Sample,
  rows: number,
  columns: number,
  samples: number,
): Float64Array {
  const out = new Float64Array(rows * columns);
  const factor = 1 / (255 * samples * samples);
  for (let i = 0; i < rows * samples; i++) {
    const line = Math.floor(((i + 0.5) * height) / (rows * samples)) * width;
    for (let j = 0; j < columns * samples; j++) {
      const at = channels * (line + Math.floor(((j + 0.5) * width) / (columns * samples)));
      if (channels === 4 && data[at + 3] < 128) continue;
      const luma = LUMINANCE[0] * data[at] + LUMINANCE[1] * data[at + 1] + LUMINANCE[2] * data[at + 2];
      out[Math.floor(i / samples) * columns + Math.floor(j / samples)] += factor * luma;
    }
  }
  return out;
}
