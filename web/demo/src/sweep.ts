/** The split sweeps once over the objects, to show what it is. */

import type { Store } from "./state.js";

/** Duration [ms]. */
const TIME = 2800;

/** Moves the split to the left, to the right and back; ends at once when the visitor touches anything. */
export function sweep(store: Store): void {
  const home = store.state.split;
  const start = performance.now();
  let stopped = false;
  const stop = (): void => {
    stopped = true;
  };
  for (const event of ["pointerdown", "keydown"]) addEventListener(event, stop, { once: true, capture: true });
  const step = (now: number): void => {
    const part = Math.min(1, (now - start) / TIME);
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
