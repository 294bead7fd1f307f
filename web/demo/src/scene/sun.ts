/** The brightest light as a lamp: how much of it, and how large. */

import { type Estimate, PANORAMA } from "lightprobe";
import { MathUtils } from "three";

const { width: WIDTH, height: HEIGHT } = PANORAMA;
/** A light with less than the first share of the whole stands out from nothing; one with more than the second is a sun. */
const SHARES = [0.1, 0.3] as const;
/** The light lies within this angle of its direction [rad]. */
const REACH = (25 * Math.PI) / 180;
/** Least angular radius: half a cell of the panorama tells no smaller one [rad]. */
const LEAST = (1.2 * Math.PI) / 180;

/**
 * The part of the brightest light that is drawn as a lamp [0…1]; the rest stays in the ambient light. Where no light stands
 * out, its direction is chance, and a lamp's sharp shadow would swing with every change of the picture.
 */
export function lampPart({ light }: Pick<Estimate, "light">): number {
  return light.intensity > 0 ? MathUtils.smoothstep(light.share, ...SHARES) : 0;
}

/** The camera stands so far around the objects from the sun, which lights them from the side and a little from the front [rad]. */
const ASIDE = 1.75;

/** Azimuth from which light and shade are visible [rad]. */
export function azimuthAside({ light }: Pick<Estimate, "light">): number {
  return Math.atan2(light.direction[2], light.direction[0]) + ASIDE;
}

/** Angular radius of the brightest light [rad]: the spread of what is brighter than half its peak, by luminous power. */
export function angularRadius({ panorama, light }: Pick<Estimate, "panorama" | "light">): number {
  const [x, y, z] = light.direction;
  const found: [angle: number, luminance: number, size: number][] = [];
  let peak = 0;
  for (let row = 0, at = 0; row < HEIGHT; row++) {
    const latitude = Math.PI * (0.5 - (row + 0.5) / HEIGHT);
    const flat = Math.cos(latitude);
    for (let column = 0; column < WIDTH; column++, at += 3) {
      const azimuth = Math.PI * ((2 * (column + 0.5)) / WIDTH - 1);
      const cosine = flat * (Math.cos(azimuth) * x + Math.sin(azimuth) * z) + Math.sin(latitude) * y;
      const angle = Math.acos(MathUtils.clamp(cosine, -1, 1));
      if (angle > REACH) continue;
      const luminance = 0.2126 * panorama[at] + 0.7152 * panorama[at + 1] + 0.0722 * panorama[at + 2];
      peak = Math.max(peak, luminance);
      found.push([angle, luminance, flat]);
    }
  }
  let spread = 0;
  let power = 0;
  for (const [angle, luminance, size] of found) {
    if (luminance < peak / 2) continue;
    spread += angle * angle * luminance * size;
    power += luminance * size;
  }
  const cell = Math.PI / HEIGHT / 2; // a light in the middle of a cell has a spread of its own
  return power > 0 ? Math.max(LEAST, Math.sqrt(spread / power) - cell) : LEAST;
}
