/** The lights side by side: handles of the splits, and labels. */

import { make } from "../elements.js";
import { clamp, type LightName, panesOf, type Store } from "../state.js";
import { texts } from "../texts/index.js";

const STEP = 0.02;

/** Handles and labels over the view; call `refresh` after a change of the state or the source. */
export function createComparison(root: HTMLElement, store: Store): { refresh(hasTruth: boolean): void } {
  const labels = new Map<LightName, HTMLElement>();
  for (const [name, [title, more]] of Object.entries(texts.lights) as [LightName, readonly string[]][]) {
    const label = make("div", { className: "label", hidden: true }, `${title} `, make("small", { textContent: more }));
    label.dataset.light = name;
    labels.set(name, label);
    root.append(label);
  }
  const handles = (["split", "split2"] as const).map((key) => {
    const handle = make("div", { className: "handle", hidden: true });
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
      root.dataset.panes = `${panes.length}`;
      handles.forEach((handle, i) => {
        handle.hidden = i >= panes.length - 1;
        if (handle.hidden) return;
        const percent = Math.round(panes[i].to * 100);
        handle.style.left = `${panes[i].to * 100}%`;
        handle.setAttribute("aria-valuenow", String(percent));
        handle.setAttribute(
          "aria-label",
          texts.split(texts.lights[panes[i].light][0], texts.lights[panes[i + 1].light][0]),
        );
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
