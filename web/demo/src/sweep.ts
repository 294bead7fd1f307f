/** The split sweeps once over the objects, to show what it is. */

import type { Store } from "./state.js";

/** Duration [ms]. */
const TIME = 2800;
/** Longest step, so that nothing is skipped where drawing is slow [ms]. */
const STEP = 120;

/** Moves the split to the left, to the right and back; ends at once when the visitor touches anything. */
export function sweep(store: Store): void {
  const home = store.state.split;
  let last = performance.now();
  let spent = 0;
  let stopped = false;
  const stop = (): void => {
    stopped = true;
  };
  for (const event of ["pointerdown", "keydown"]) addEventListener(event, stop, { once: true, capture: true });
  const step = (now: number): void => {
    spent += Math.max(0, Math.min(STEP, now - last));
    last = now;
    const part = Math.min(1, spent / TIME);
    if (stopped || part === 1) {
      if (part === 1) store.set("split", home);
      return;
    }
    const eased = part * part * (3 - 2 * part);
    store.set("split", home - 0.42 * Math.sin(2 * Math.PI * eased) * Math.sin(Math.PI * part) ** 0.5);
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}
