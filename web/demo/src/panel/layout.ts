/** The part of the window without panels, where the objects stand. */

import { byId } from "../elements.js";
import type { FreeArea } from "../scene/orbit.js";

/** Least width and height of the free area [px]. */
const LEAST = 140;

/**
 * The free area of a window beside panels: each cuts off the side that costs the least area.
 */
export function freeArea(width: number, height: number, panels: readonly DOMRectReadOnly[]): FreeArea {
  const free = { left: 0, top: 0, right: width, bottom: height };
  for (const { left, top, right, bottom, width: wide, height: high } of panels) {
    if (wide === 0 || high === 0) continue;
    const costs = {
      left: right * height,
      top: bottom * width,
      right: (width - left) * height,
      bottom: (height - top) * width,
    };
    const side = (Object.keys(costs) as (keyof FreeArea)[]).reduce((a, b) => (costs[b] < costs[a] ? b : a));
    if (side === "left") free.left = Math.max(free.left, right);
    else if (side === "top") free.top = Math.max(free.top, bottom);
    else if (side === "right") free.right = Math.min(free.right, left);
    else free.bottom = Math.min(free.bottom, top);
  }
  free.right = Math.max(free.right, free.left + LEAST);
  free.bottom = Math.max(free.bottom, free.top + LEAST);
  return free;
}

/**
 * Calls back with the free area, now and after each change. Styles get it too, as --free-top and --free-bottom. In narrow
 * windows the panels are sheets, of which one at a time is open.
 */
export function watchLayout(narrow: MediaQueryList, onChange: (free: FreeArea) => void): void {
  const left = byId("left");
  const inColumn = [document.querySelector("header") as HTMLElement, byId("surround"), byId("card")];
  const parts = [...inColumn, byId("controls"), byId("sources")];
  const sheets = [byId<HTMLDetailsElement>("card-details"), byId<HTMLDetailsElement>("controls-details")];
  const update = (): void => {
    // a column of panels cuts as one
    const isColumn = getComputedStyle(left).display !== "contents";
    const panels = isColumn ? [left, ...parts.slice(inColumn.length)] : parts;
    const free = freeArea(
      innerWidth,
      innerHeight,
      panels.map((panel) => panel.getBoundingClientRect()),
    );
    const { style } = document.documentElement;
    style.setProperty("--free-top", `${free.top}px`);
    style.setProperty("--free-bottom", `${innerHeight - free.bottom}px`);
    onChange(free);
  };
  for (const sheet of sheets) {
    sheet.addEventListener("toggle", () => {
      if (narrow.matches && sheet.open) for (const other of sheets) if (other !== sheet) other.open = false;
    });
  }
  const adapt = (): void => {
    for (const sheet of sheets) sheet.open = !narrow.matches;
  };
  narrow.addEventListener("change", adapt);
  adapt();
  const observer = new ResizeObserver(update);
  for (const panel of [left, ...parts, document.documentElement]) observer.observe(panel);
  update();
}
