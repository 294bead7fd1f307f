/** A camera that turns in a scene by a formula. */

import { srgbEncode, type Triple } from "lightprobe";

/** Horizontal field of view [°]. */
export const FOV = 65;

const RADIANS = Math.PI / 180;

/** Radiance of the scene; a lamp in it clips at exposure 1. */
export function sceneAt([x, y, z]: Triple): Triple {
  const light = 0.1 * Math.exp(Math.sin(6 * x + 2 * y) + Math.cos(5 * z - 3 * y));
  const lamp = x * 0.8 + y * 0.1 + z * 0.59 > 0.995 ? 3 : 0;
  return [light + lamp, 1.1 * light + lamp, 0.9 * light + lamp];
}

/** A level view of the scene with this yaw and pitch [°]. */
export function view(width: number, height: number, yaw: number, pitch: number, exposure: number): ImageData {
  const image = new ImageData(width, height);
  const [turn, tilt] = [yaw * RADIANS, pitch * RADIANS];
  const [c, s, k, t] = [Math.cos(turn), Math.sin(turn), Math.cos(tilt), Math.sin(tilt)];
  const half = Math.tan((FOV * RADIANS) / 2);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const right = ((2 * ((pixel % width) + 0.5)) / width - 1) * half;
    const up = ((1 - (2 * (Math.floor(pixel / width) + 0.5)) / height) * half * height) / width;
    const length = Math.hypot(1, right, up);
    const [ahead, above] = [(k - t * up) / length, (t + k * up) / length];
    const light = sceneAt([ahead * c - (right / length) * s, above, ahead * s + (right / length) * c]);
    for (let i = 0; i < 3; i++) image.data[4 * pixel + i] = 255 * srgbEncode(Math.min(light[i] * exposure, 1));
    image.data[4 * pixel + 3] = 255;
  }
  return image;
}
