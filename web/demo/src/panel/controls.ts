/** The panel of controls: each has a label in plain words, and a sentence that explains it. */

import type { ResponseName } from "lightprobe";
import { make } from "../elements.js";
import type { Feed } from "../sources/feed.js";
import type { Comparison, Key, State, Store } from "../state.js";
import { isTurnable } from "../surround/turning.js";
import { LANGUAGES, type Language, language, switchLanguage, texts } from "../texts/index.js";
import { plainText } from "../texts/plain.js";

/** Actions of the panel. */
export interface PanelActions {
  openFile(accept: string): void;
  bundledModel(): void;
  resetView(): void;
}

/** The panel, and how to adapt it to the source. */
export interface Panel {
  /** Shows only the settings of this source. */
  adapt(source: Feed): void;
  setResponses(names: readonly ResponseName[]): void;
  setModelName(name: string): void;
}

type Labelled = Key & keyof typeof texts.controls;
/** Labels of values. */
type Choices = Readonly<Record<string, string>>;
/** Least and largest value, and step. */
type Range = readonly [least: number, most: number, step: number];

const { controls: labels, choices, comparisons, folders, buttons } = texts;
const choicesOf = (names: readonly string[]): Choices =>
  Object.fromEntries(names.map((name) => [name, (choices as Choices)[name] ?? name]));

/** Builds the panel. Controls follow the state. */
export function createPanel(root: HTMLElement, store: Store, actions: PanelActions): Panel {
  const rows = new Map<string, HTMLElement>();
  const selects = new Map<Labelled, HTMLSelectElement>();
  /** Bring each control to the value of the state. */
  const refreshers = new Map<string, () => void>();
  let folder = root;

  const row = ([label, tip]: readonly [string, string], input: HTMLElement, ...more: HTMLElement[]): HTMLElement => {
    input.setAttribute("aria-label", label);
    const line = make("label", { className: "row", title: tip }, make("span", { textContent: label }), input, ...more);
    folder.append(line);
    return line;
  };
  const add = (key: Labelled, input: HTMLElement, refresh: () => void, ...more: HTMLElement[]): void => {
    rows.set(key, row(labels[key], input, ...more));
    refreshers.set(key, refresh);
    refresh();
  };
  const checkbox = (key: Labelled & ("sun" | "whole")): void => {
    const input = make("input", { type: "checkbox" });
    input.addEventListener("change", () => store.set(key, input.checked));
    add(key, input, () => {
      input.checked = store.state[key];
    });
  };
  const slider = (key: Labelled, [min, max, step]: Range): void => {
    const input = make("input", { type: "range", min: `${min}`, max: `${max}`, step: `${step}` });
    const output = make("output");
    const refresh = (): void => {
      input.value = `${store.state[key]}`;
      output.textContent = `${store.state[key]}`;
    };
    input.addEventListener("input", () => store.set(key, Number(input.value) as State[typeof key]));
    add(key, input, refresh, output);
  };
  const color = (key: "tint"): void => {
    const input = make("input", { type: "color" });
    input.addEventListener("input", () => store.set(key, input.value));
    add(key, input, () => {
      input.value = store.state[key];
    });
  };
  const select = (key: Labelled, options: Choices): void => {
    const input = make("select");
    selects.set(key, input);
    offer(input, options, `${store.state[key]}`);
    input.addEventListener("change", () => store.set(key, input.value as State[typeof key]));
    add(key, input, () => {
      input.value = `${store.state[key]}`;
    });
  };
  const button = ([label, tip]: readonly [string, string], act: () => void): void => {
    const element = make("button", { type: "button", textContent: label, title: tip });
    element.addEventListener("click", act);
    folder.append(element);
  };
  const open = (title: string, isOpen = false): void => {
    folder = make("details", { className: "folder", open: isOpen }, make("summary", { textContent: title }));
    root.append(folder);
  };
  const checkboxes = (...keys: Labelled[]): void => {
    for (const key of keys) checkbox(key as "sun");
  };

  select("comparison", comparisons);
  checkboxes("turning");
  open(folders.light, true);
  select("response", choicesOf(["auto"]));
  slider("intensity", [0, 3, 0.01]);
  slider("smoothing", [0, 2, 0.01]);
  checkboxes("sun", "sunShadow", "reflections");
  open(folders.picture);
  checkboxes("whole");
  slider("fov", [20, 150, 1]);
  slider("pictureExposure", [-6, 6, 0.1]);
  checkboxes("playing");
  slider("frameSkip", [0, 10, 1]);
  checkboxes("cachePerFrame");
  for (const key of ["brightness", "contrast", "saturation"] as const) slider(key, [0, 2, 0.01]);
  color("tint");
  open(folders.objects);
  checkboxes("balls", "plane", "model");
  const modelName = make("input", { type: "text", readOnly: true });
  row(buttons.modelName, modelName);
  button(buttons.model, () => actions.openFile(".glb,.gltf"));
  button(buttons.bundled, actions.bundledModel);
  open(folders.view);
  slider("exposure", [-4, 4, 0.05]);
  select("background", choicesOf(["sharp", "soft", "off"]));
  checkboxes("motion");
  select("theme", choicesOf(["system", "light", "dark"]));
  const languages = make("select");
  offer(languages, LANGUAGES, language);
  languages.addEventListener("change", () => switchLanguage(languages.value as Language));
  row(labels.language, languages);
  button(buttons.reset, actions.resetView);

  const showField = (): void => {
    (rows.get("fov") as HTMLElement).hidden = store.state.whole;
  };
  store.on("all", (key) => {
    refreshers.get(key)?.();
    if (key === "whole") showField();
  });

  return {
    adapt(source) {
      const { live, replays, exact, truth } = source;
      showField();
      const hide = (hidden: boolean, ...keys: Labelled[]): void => {
        for (const key of keys) (rows.get(key) as HTMLElement).hidden = hidden;
      };
      hide(!isTurnable(source, store.state.whole), "turning");
      hide(!exact, "pictureExposure");
      hide(!live, "playing", "frameSkip", "smoothing");
      hide(!replays, "cachePerFrame");
      const known = (Object.keys(comparisons) as Comparison[]).filter((each) => truth || !each.includes("truth"));
      if (!known.includes(store.state.comparison)) store.set("comparison", "plain | estimate");
      const names = Object.fromEntries(known.map((each) => [each, comparisons[each]]));
      offer(selects.get("comparison"), names, store.state.comparison);
    },
    setResponses(names) {
      offer(selects.get("response"), choicesOf(names), store.state.response);
    },
    setModelName(name) {
      modelName.value = plainText(name);
    },
  };
}

/** Replaces the options of a list. */
function offer(list: HTMLSelectElement | undefined, options: Choices, chosen: string): void {
  list?.replaceChildren(...Object.entries(options).map(([value, label]) => new Option(label, value)));
  if (list) list.value = chosen;
}
