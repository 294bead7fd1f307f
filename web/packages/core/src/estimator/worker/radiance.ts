/** Linear radiance of one eye. */

import type { RadianceImage } from "../../types.js";
import { eyeOf, type Stereo } from "../protocol/layout.js";

/** Radiance whose channels are known. */
export type WorkerRadiance = RadianceImage & Required<Pick<RadianceImage, "channels">>;

/** The left or upper eye of two; the image itself where there is one. */
export function cutRadiance(image: WorkerRadiance, stereo: Stereo | undefined): WorkerRadiance {
  const { radiance, width, channels } = image;
  const eye = eyeOf(image, stereo);
  if (eye.width === width && eye.height === image.height) return image;
  if (eye.width === width) {
    return { radiance: radiance.subarray(0, width * eye.height * channels), width, height: eye.height, channels };
  }
  const cut = new Float32Array(eye.width * eye.height * channels);
  for (let row = 0; row < eye.height; row++) {
    const from = row * width * channels;
    cut.set(radiance.subarray(from, from + eye.width * channels), row * eye.width * channels);
  }
  return { radiance: cut, width: eye.width, height: eye.height, channels };
}
