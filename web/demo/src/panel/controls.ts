/** The panel of controls; each has an accessible name. */

import type { ResponseName } from "lightprobe";
import { type Controller, GUI } from "lil-gui";
import type { Comparison, Key, State, Store } from "../state.js";
import { plainText } from "../text.js";

/** Actions of the panel. */
export interface PanelActions {
  openFile(accept: string): void;
  bundledModel(): void;
  resetView(): void;
}

/** The panel, and how to adapt it to the source. */
export interface Panel {
  /** Shows only the settings of this source. */
  adapt(source: { live: boolean; replays: boolean; hdr: boolean; truth: boolean }): void;
  setResponses(names: readonly ResponseName[]): void;
  setModelName(name: string): void;
}

const COMPARISONS: readonly Comparison[] = [
  "estimate",
  "plain | estimate",
  "estimate | truth",
  "plain | truth",
  "plain | estimate | truth",
];

/** Labels of the controls. */
export const LABELS = {
  whole: "360° panorama",
  fov: "field of view [°]",
  pictureExposure: "picture exposure [EV]",
  playing: "playing",
  frameSkip: "frame skip",
  cachePerFrame: "cache per frame",
  brightness: "brightness",
  contrast: "contrast",
  saturation: "saturation",
  tint: "tint",
  response: "tone curve",
  smoothing: "smoothing [s]",
  intensity: "intensity",
  sun: "sun",
  sunShadow: "sun shadow",
  reflections: "reflections",
  balls: "spheres",
  model: "model",
  plane: "plane",
  comparison: "comparison",
  exposure: "exposure [EV]",
  background: "background",
  motion: "motion",
  theme: "theme",
} as const satisfies Partial<Record<Key, string>>;
type Labelled = keyof typeof LABELS;
type Choices = readonly string[] | Readonly<Record<string, string>>;

/** Tone curves by their labels. */
const curvesOf = (names: readonly ResponseName[]): Record<string, ResponseName> =>
  Object.fromEntries(names.map((name) => [name === "auto" ? "unknown" : name, name]));

/** Builds the panel. Controls follow the state. */
export function createPanel(root: HTMLElement, store: Store, actions: PanelActions, open: boolean): Panel {
  const gui = new GUI({ autoPlace: false, container: root, title: "Controls" });
  const shadow: State = { ...store.state };
  const controllers = new Map<Labelled, Controller>();
  const add = (folder: GUI, key: Labelled, ...how: [choices?: Choices] | [number, number, number]): void => {
    const controller =
      key === "tint" ? folder.addColor(shadow, key) : folder.add(shadow, key, ...(how as [number, number, number]));
    adopt(controller, key);
  };
  const adopt = (controller: Controller, key: Labelled): void => {
    controller.name(LABELS[key]).onChange((value: State[Labelled]) => store.set(key, value));
    nameInputs(controller, LABELS[key]);
    controllers.set(key, controller);
  };
  const button = (folder: GUI, name: string, act: () => void): void => {
    nameInputs(folder.add({ act }, "act").name(name), name);
  };

  add(gui, "comparison", COMPARISONS);
  const light = gui.addFolder("Light");
  add(light, "response", curvesOf(["auto"]));
  add(light, "intensity", 0, 3, 0.01);
  add(light, "smoothing", 0, 2, 0.01);
  add(light, "sun");
  add(light, "sunShadow");
  add(light, "reflections");
  const picture = gui.addFolder("Picture");
  add(picture, "whole");
  add(picture, "fov", 20, 150, 1);
  add(picture, "pictureExposure", -6, 6, 0.1);
  add(picture, "playing");
  add(picture, "frameSkip", 0, 10, 1);
  add(picture, "cachePerFrame");
  add(picture, "brightness", 0, 2, 0.01);
  add(picture, "contrast", 0, 2, 0.01);
  add(picture, "saturation", 0, 2, 0.01);
  add(picture, "tint");
  const objects = gui.addFolder("Objects");
  add(objects, "balls");
  add(objects, "plane");
  add(objects, "model");
  const modelName = { name: "" };
  const named = objects.add(modelName, "name").name("model name").disable();
  nameInputs(named, "model name");
  button(objects, "open a model (.glb)", () => actions.openFile(".glb,.gltf"));
  button(objects, "bundled model", actions.bundledModel);
  const view = gui.addFolder("View");
  add(view, "exposure", -4, 4, 0.05);
  add(view, "background", ["sharp", "soft", "off"]);
  add(view, "motion");
  add(view, "theme", ["system", "light", "dark"]);
  button(view, "reset view", actions.resetView);
  if (!open) gui.close();
  for (const folder of [picture, objects, view]) folder.close();

  store.on("all", (key) => {
    const controller = controllers.get(key as Labelled);
    if (!controller) return;
    (shadow as unknown as Record<string, unknown>)[key] = store.state[key];
    controller.updateDisplay();
    if (key === "whole") controllers.get("fov")?.show(!store.state.whole);
    if (key === "sun") controllers.get("sunShadow")?.enable(store.state.sun);
  });

  return {
    adapt({ live, replays, hdr, truth }) {
      controllers.get("fov")?.show(!store.state.whole);
      controllers.get("pictureExposure")?.show(hdr);
      for (const key of ["playing", "frameSkip", "smoothing"] as const) controllers.get(key)?.show(live);
      controllers.get("cachePerFrame")?.show(replays);
      const known = COMPARISONS.filter((each) => truth || !each.includes("truth"));
      shadow.comparison = known.includes(store.state.comparison) ? store.state.comparison : "plain | estimate";
      store.set("comparison", shadow.comparison);
      const renewed = controllers.get("comparison");
      if (renewed) adopt(renewed.options([...known]), "comparison");
    },
    setResponses(names) {
      const controller = controllers.get("response");
      if (controller) adopt(controller.options(curvesOf(names)), "response");
    },
    setModelName(name) {
      modelName.name = plainText(name);
      named.updateDisplay();
    },
  };
}

/** lil-gui gives sliders no accessible name. */
function nameInputs(controller: Controller, name: string): void {
  for (const input of controller.domElement.querySelectorAll("input, select, button")) {
    input.removeAttribute("aria-labelledby");
    input.setAttribute("aria-label", name);
  }
}
