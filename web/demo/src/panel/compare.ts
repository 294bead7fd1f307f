/** The lights side by side: handles of the splits, and labels. */

import { clamp, type LightName, panesOf, type Store } from "../state.js";

const CAPTIONS: Record<LightName, readonly [string, string]> = {
  plain: ["plain", "without the network"],
  estimate: ["estimate", "with the network"],
  truth: ["truth", "from the HDR file"],
};
const STEP = 0.02;

/** Handles and labels over the view; call `refresh` after a change of the state or the source. */
export function createComparison(root: HTMLElement, store: Store): { refresh(hasTruth: boolean): void } {
  const labels = new Map<LightName, HTMLElement>();
  for (const [name, [title, more]] of Object.entries(CAPTIONS) as [LightName, readonly [string, string]][]) {
    const label = document.createElement("div");
    label.className = "label";
    label.dataset.light = name;
    label.append(`${title} `, Object.assign(document.createElement("small"), { textContent: more }));
    labels.set(name, label);
    root.append(label);
  }
  const handles = (["split", "split2"] as const).map((key) => {
    const handle = document.createElement("div");
    handle.className = "handle";
    handle.dataset.key = key;
    handle.tabIndex = 0;
    handle.setAttribute("role", "slider");
    handle.setAttribute("aria-orientation", "horizontal");
    handle.setAttribute("aria-valuemin", "0");
    handle.setAttribute("aria-valuemax", "100");
    const move = (value: number): void => {
      const bounded = clamp(value);
      if (key === "split") store.set("split", bounded);
      if (key === "split2" || store.state.split2 < bounded) store.set("split2", bounded);
      if (key === "split2" && store.state.split > bounded) store.set("split", bounded);
    };
    handle.addEventListener("pointerdown", (event) => {
      handle.setPointerCapture(event.pointerId);
      event.preventDefault();
      handle.focus({ focusVisible: false } as FocusOptions);
    });
    handle.addEventListener("pointermove", (event) => {
      if (handle.hasPointerCapture(event.pointerId)) move(event.clientX / root.clientWidth);
    });
    handle.addEventListener("keydown", (event) => {
      const steps: Record<string, number> = {
        ArrowLeft: -STEP,
        ArrowDown: -STEP,
        ArrowRight: STEP,
        ArrowUp: STEP,
        PageDown: -5 * STEP,
        PageUp: 5 * STEP,
        Home: -1,
        End: 1,
      };
      const step = steps[event.key];
      if (step === undefined) return;
      event.preventDefault();
      move(store.state[key] + step);
    });
    root.append(handle);
    return handle;
  });

  return {
    refresh(hasTruth) {
      const panes = panesOf(store.state, hasTruth);
      handles.forEach((handle, i) => {
        handle.hidden = i >= panes.length - 1;
        if (handle.hidden) return;
        const percent = Math.round(panes[i].to * 100);
        handle.style.left = `${panes[i].to * 100}%`;
        handle.setAttribute("aria-valuenow", String(percent));
        handle.setAttribute("aria-label", `Split between ${panes[i].light} and ${panes[i + 1].light}`);
        handle.setAttribute("aria-valuetext", `${percent} %`);
      });
      for (const [name, label] of labels) {
        const i = panes.findIndex((pane) => pane.light === name);
        label.hidden = i < 0 || panes.length === 1;
        if (label.hidden) continue;
        const { from, to } = panes[i];
        // labels are next to the split, the middle one is between two
        const middle = panes.length === 3 && i === 1;
        label.style.left = middle ? `${50 * (from + to)}%` : i === 0 ? `${100 * to}%` : `${100 * from}%`;
        label.style.transform = middle
          ? "translateX(-50%)"
          : i === 0
            ? "translateX(calc(-100% - 12px))"
            : "translateX(12px)";
      }
    },
  };
}
