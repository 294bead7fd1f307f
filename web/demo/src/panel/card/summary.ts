/** The light in a few sentences. */

import { type Estimate, LUMINANCE } from "lightprobe";
import { texts } from "../../texts/index.js";

/** A brightest light with less of the whole than this is nothing that stands out. */
const LEAST_SHARE = 0.12;
/** More of the sphere than this at display white makes the strength of the light a guess. */
const CLIPPED = 0.0005;
/** Bounds between the heights that have words [°]. */
const HEIGHTS = [0, 20, 45];

/** What people want to know of a light. `exact`: it is the truth. */
export function describe(light: Estimate, exact: boolean): string[] {
  const { summary } = texts;
  const { share, direction, color } = light.light;
  const unseen = light.seen < 0.995 ? [summary.unseen(light.seen)] : [];
  if (share < LEAST_SHARE) return [summary.around, ...unseen];
  const { uncertainty } = light as { uncertainty?: number | null };
  const strength = exact ? summary.exact : light.clipped > CLIPPED ? summary.guess(uncertainty) : summary.measured;
  const height = (Math.asin(Math.max(-1, Math.min(1, direction[1]))) * 180) / Math.PI;
  const where = summary.height[HEIGHTS.filter((bound) => height >= bound).length];
  return [`${summary.sun(share)}.`, strength, summary.where(where, nameOf(color)), ...unseen];
}

/** The word for a color: red against blue, beside its luminance. */
function nameOf(color: readonly number[]): string {
  const luminance = LUMINANCE[0] * color[0] + LUMINANCE[1] * color[1] + LUMINANCE[2] * color[2];
  const warmth = (color[0] - color[2]) / Math.max(luminance, 1e-6);
  const { warm, neutral, cool } = texts.summary.colors;
  return warmth > 0.15 ? warm : warmth < -0.15 ? cool : neutral;
}
