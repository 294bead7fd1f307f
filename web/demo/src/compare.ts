/** The lights side by side: places of the splits, their handles, and labels. */

import { compared, type LightName, type Store } from "./state.js";

/** A stretch of the view from left to right [0…1] under one light. */
export interface Pane {
  light: LightName;
  from: number;
  to: number;
}

const CAPTIONS: Record<LightName, readonly [string, string]> = {
  plain: ["plain", "pixels as they are"],
  estimate: ["estimate", "what the network adds"],
  truth: ["truth", "from the HDR"],
};
const STEP = 0.02;

/** The panes of the state; places are kept in order. */
export function panesOf(store: Store, hasTruth: boolean): Pane[] {
  const { comparison, split, split2 } = store.state;
  const names = compared(comparison, hasTruth);
  const first = clamp(split);
  const ends = names.length === 1 ? [1] : names.length === 2 ? [first, 1] : [Math.min(first, split2), clamp(split2), 1];
  return names.map((light, i) => ({ light, from: i === 0 ? 0 : ends[i - 1], to: ends[i] }));
}

/** Handles and labels over the view; call `refresh` when the state or the truth changes. */
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
    const place = (value: number): void => {
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
      if (handle.hasPointerCapture(event.pointerId)) place(event.clientX / root.clientWidth);
    });
    handle.addEventListener("keydown", (event) => {
      const moves: Record<string, number> = {
        ArrowLeft: -STEP,
        ArrowDown: -STEP,
        ArrowRight: STEP,
        ArrowUp: STEP,
        PageDown: -5 * STEP,
        PageUp: 5 * STEP,
        Home: -1,
        End: 1,
      };
      const move = moves[event.key];
      if (move === undefined) return;
      event.preventDefault();
      place(store.state[key] + move);
    });
    root.append(handle);
    return handle;
  });

  return {
    refresh(hasTruth) {
      const panes = panesOf(store, hasTruth);
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
        // Labels hug the split, where the lights meet; the middle one stands between two.
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

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
