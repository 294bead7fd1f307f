/** The sources: two large buttons for one's own pictures, and a strip of bundled panoramas and other sources. */

import { make } from "../elements.js";
import { type Bundled, idOf } from "../sources/bundled.js";
import type { SourceName } from "../state.js";
import { texts } from "../texts/index.js";

const ICONS = {
  random: "M4 8h3l9 9h4M4 17h3l3-3m3-3 3-3h4M18 5l3 3-3 3M18 14l3 3-3 3",
  file: "M12 16V4m0 0L7 9m5-5 5 5M4 16v4h16v-4",
  video: "M4 6h11v12H4zM15 11l5-3v8l-5-3",
  camera: "M4 8h4l2-3h4l2 3h4v11H4zM12 16.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4",
  scene: "M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.500l8 4.500 8-4.500M12 12v9",
  hdr: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2v3m0 14v3M2 12h3m14 0h3M5 5l2 2m10 10 2 2M19 5l-2 2M7 17l-2 2",
  polyhaven: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M3 12h18M12 3c5 5 5 13 0 18M12 3c-5 5-5 13 0 18",
} as const;
type Icon = keyof typeof ICONS;

/** Actions of the strip. */
export interface StripActions {
  choose(source: SourceName, panorama?: string): void;
  openFile(): void;
}

/** The strip; `mark` highlights the present source. */
export interface Strip {
  mark(source: SourceName, panorama: string | null): void;
  /** Removes Poly Haven, which cannot be reached, until the page is reloaded. */
  withdrawPolyHaven(): void;
}

/** Builds the strip into a `nav`. */
export function createStrip(
  root: HTMLElement,
  base: string,
  bundled: readonly Bundled[],
  actions: StripActions,
): Strip {
  const own = make("div", { id: "own" });
  const strip = make("div", { id: "strip" });
  root.append(own, strip);
  const marks = new Map<string, HTMLButtonElement>();
  const button = (
    [label, short]: readonly [string, string],
    icon: Icon,
    key: string | null,
    act: () => void,
    into = strip,
    tip = label,
  ): HTMLButtonElement => {
    const element = make("button", { type: "button", title: tip }, draw(icon), make("span", { textContent: short }));
    element.setAttribute("aria-label", label);
    element.addEventListener("click", act);
    if (key) marks.set(key, element);
    into.append(element);
    return element;
  };
  const { page, strip: words } = texts;
  button([page.camera, page.camera], "camera", "camera", () => actions.choose("camera"), own, page.cameraTip);
  button([page.open, page.open], "file", "image", actions.openFile, own, page.openTip);
  for (const entry of bundled) {
    const image = make("img", { src: `${base}${entry.thumb}`, alt: "", draggable: false });
    const element = make("button", { type: "button", className: "panorama", title: entry.name }, image);
    element.setAttribute("aria-label", entry.name);
    element.addEventListener("click", () => actions.choose("panorama", idOf(entry)));
    marks.set(`panorama ${idOf(entry)}`, element);
    strip.append(element);
  }
  button(words.random, "random", null, () => actions.choose("panorama"));
  button(words.video, "video", "video", () => actions.choose("video"));
  button(words.scene, "scene", "scene", () => actions.choose("scene"));
  button(words.hdr, "hdr", "hdr", () => actions.choose("hdr"));
  const poly = button(words.polyhaven, "polyhaven", "polyhaven", () => actions.choose("polyhaven"));
  const online = (): void => {
    poly.hidden = !navigator.onLine || poly.dataset.gone === "true";
  };
  addEventListener("online", online);
  addEventListener("offline", online);
  online();
  return {
    mark(source, panorama) {
      const key = source === "panorama" ? `panorama ${panorama}` : source;
      for (const [each, element] of marks) element.setAttribute("aria-pressed", String(each === key));
      marks.get(key)?.scrollIntoView({ block: "nearest", inline: "nearest" });
    },
    withdrawPolyHaven() {
      poly.dataset.gone = "true";
      online();
    },
  };
}

function draw(icon: Icon): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[icon]);
  svg.append(path);
  return svg;
}
