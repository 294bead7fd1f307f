/** The switch of the simulated phone. */

import type { Pipeline } from "../pipeline.js";
import type { Feed } from "../sources/feed.js";
import type { Store } from "../state.js";
import type { Simulation } from "./simulation.js";

/** Whether a phone can be simulated in a source: in a whole panorama. */
export const isTurnable = ({ live, crop }: Feed, whole: boolean): boolean => whole && !live && !crop;

/** Starts and ends the simulation in the present source, by the setting `turning`; its code is fetched on first use. */
export function watchTurning(store: Store, pipeline: Pipeline, presentFeed: () => Feed | null): void {
  const { state } = store;
  let simulation: Simulation | null = null;
  const turn = async (): Promise<void> => {
    const feed = presentFeed();
    if (!feed || !isTurnable(feed, state.whole)) return;
    simulation?.end();
    simulation = null;
    feed.gather = undefined;
    if (state.turning) {
      const { simulate } = await import("./simulation.js");
      if (presentFeed() !== feed || !state.turning || simulation) return;
      simulation = simulate(feed, store);
      feed.gather = simulation.gather;
      store.set("comparison", feed.truth ? "estimate | truth" : "estimate");
    }
    pipeline.setFeed(feed);
  };
  store.on(["turning"], () => void turn());
}
