/** The numbers of the light, to read, copy and save. */

import {
  CONVENTIONS,
  type ConventionName,
  type Estimate,
  type Estimator,
  findConvention,
  frameAxes,
  shText,
  srgbEncode,
  toConvention,
  toFrame,
  toHDR,
} from "lightprobe";
import type { Feed } from "../sources/feed.js";
import type { Store } from "../state.js";
import { plainText } from "../text.js";
import { drawMirrorBall, drawPanorama, drawPicture, drawWhiteBall } from "./balls.js";
import type { Status } from "./status.js";

/** Labels of the facts by their names in `data-fact`. */
const FACTS = {
  fps: "frames drawn",
  rate: "estimates",
  model: "model",
  provider: "provider",
  response: "tone curve",
  latency: "latency",
  main: "– page",
  read: "– read",
  prepare: "– prepare",
  network: "– network",
  light: "– light",
  clipped: "clipped",
  seen: "seen by picture",
  direction: "sun direction",
  color: "sun color",
  intensity: "sun intensity",
  share: "sun share",
} as const;
type Fact = keyof typeof FACTS;

/** Shortest time between two updates [ms]: faster numbers cannot be read. */
const PACE = 200;
/** Most characters of a note. */
const NOTE = 300;

/** Contents of the read-outs. */
export interface Reading {
  light: Estimate | null;
  estimator: Estimator | null;
  feed: Feed | null;
  cached: boolean;
  fps: number;
  rate: number;
}

/** The card of read-outs. */
export interface Readouts {
  /** Writes the numbers; at most five times a second unless `now`. */
  update(reading: Reading, time: number, now?: boolean): void;
}

/** Finds its elements in the document. */
export function createReadouts(store: Store, status: Status): Readouts {
  const fields = new Map<Fact, HTMLElement>();
  const list = byId("facts");
  for (const [fact, title] of Object.entries(FACTS) as [Fact, string][]) {
    const field = document.createElement("dd");
    field.dataset.fact = fact;
    fields.set(fact, field);
    list.append(Object.assign(document.createElement("dt"), { textContent: title }), field);
  }
  const write = (fact: Fact, text: string): void => {
    const field = fields.get(fact);
    if (field && field.textContent !== text) field.textContent = text;
  };
  const picker = byId("convention") as HTMLSelectElement;
  for (const { name } of CONVENTIONS) picker.add(new Option(name));
  picker.value = store.state.convention;
  picker.addEventListener("change", () => store.set("convention", picker.value));

  let light: Estimate | null = null;
  let feed: Feed | null = null;
  let last = Number.NEGATIVE_INFINITY;
  let written: Reading | null = null;
  const numbers = (): string[] => {
    if (!light) return [];
    return Array.from(toConvention(light.coeffs, store.state.convention as ConventionName), (each) => `${each}`);
  };
  const writeNumbers = (): void => {
    const values = numbers();
    const rows: string[] = [];
    for (let i = 0; i < values.length; i += 3) {
      rows.push(
        values
          .slice(i, i + 3)
          .map((each) => Number(each).toFixed(5).padStart(9))
          .join(" "),
      );
    }
    (byId("coeffs") as HTMLTextAreaElement).value = rows.join("\n");
  };
  store.on(["convention"], () => {
    picker.value = store.state.convention;
    writeNumbers();
  });

  byId("copy").addEventListener("click", () => {
    const text = `[${numbers().join(", ")}]`;
    navigator.clipboard.writeText(text).then(
      () => status.say(`27 numbers copied (${store.state.convention}).`),
      () => status.fail(new TypeError("The browser blocked copying: select the numbers and copy them yourself.")),
    );
  });
  byId("save-json").addEventListener("click", () => {
    if (light) save("light.json", "application/json", toJson(light, store.state.convention, numbers().map(Number)));
  });
  byId("save-text").addEventListener("click", () => {
    if (light) save("sh.txt", "text/plain", shText(light.coeffs));
  });
  byId("save-panorama").addEventListener("click", () => {
    if (light) save("panorama.hdr", "image/vnd.radiance", toHDR(light));
  });

  const thumbnails = (): void => {
    const exposure = 2 ** store.state.exposure;
    const picture = feed?.picture();
    if (picture && feed) drawPicture(byId("thumb-picture") as HTMLCanvasElement, picture, feed.aspect);
    if (!light) return;
    drawPanorama(byId("thumb-panorama") as HTMLCanvasElement, light.panorama, exposure);
    drawWhiteBall(byId("thumb-white") as HTMLCanvasElement, light, exposure);
    drawMirrorBall(byId("thumb-mirror") as HTMLCanvasElement, light, exposure);
  };
  const writeAll = (reading: Reading): void => {
    light = reading.light;
    feed = reading.feed;
    write("fps", reading.fps > 0 ? `${Math.round(reading.fps)} / s` : "idle");
    write("rate", reading.rate > 0 ? `${Math.round(reading.rate)} / s` : "idle");
    if (reading.estimator) {
      write("model", plainText(reading.estimator.model));
      write("provider", reading.estimator.provider);
    }
    if (!light) return;
    const { timing } = light;
    write("response", curveText(light));
    write("latency", reading.cached ? "cached" : ms(timing.total));
    for (const stage of ["main", "read", "prepare", "network", "light"] as const) {
      write(stage, reading.cached ? "–" : ms(timing[stage]));
    }
    write("clipped", `${(100 * light.clipped).toFixed(1)} %`);
    write("seen", `${(100 * light.seen).toFixed(0)} %`);
    const [x, y, z] = light.light.direction;
    const azimuth = (Math.atan2(z, x) * 180) / Math.PI;
    const elevation = (Math.asin(Math.max(-1, Math.min(1, y))) * 180) / Math.PI;
    write("direction", `${azimuth.toFixed(0)}° ${elevation >= 0 ? "↑" : "↓"}${Math.abs(elevation).toFixed(0)}°`);
    const hex = `#${light.light.color
      .map((c) =>
        Math.round(255 * srgbEncode(Math.max(0, Math.min(1, c))))
          .toString(16)
          .padStart(2, "0"),
      )
      .join("")}`;
    const field = fields.get("color");
    if (field && field.dataset.value !== hex) {
      field.dataset.value = hex;
      const swatch = document.createElement("span");
      swatch.className = "swatch";
      swatch.style.background = hex;
      field.replaceChildren(swatch, hex);
    }
    write("intensity", light.light.intensity.toFixed(3));
    write("share", `${(100 * light.light.share).toFixed(0)} %`);
    writeNotes(light.notes);
    writeNumbers();
    thumbnails();
  };
  store.on(["exposure"], thumbnails);

  return {
    update(reading, time, now = false) {
      const same =
        written !== null &&
        written.light === reading.light &&
        !reading.feed?.live &&
        written.fps === reading.fps &&
        written.rate === reading.rate;
      if (!now && (same || time - last < PACE)) return;
      last = time;
      written = { ...reading };
      writeAll(reading);
    },
  };
}

/** What the estimator says of the picture, a line each. */
function writeNotes(notes: readonly string[]): void {
  const list = byId("notes");
  const lines = notes.map((note) => plainText(note, NOTE));
  const text = lines.join("\n");
  if (list.dataset.text === text) return;
  list.dataset.text = text;
  list.hidden = notes.length === 0;
  list.replaceChildren(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
}

/** The tone curve that was undone, and whether it was given. */
function curveText({ response }: Estimate): string {
  if (response === "auto") return "unknown";
  return response === "linear" ? "linear" : `${response} (given)`;
}

function ms(time: number): string {
  return `${time.toFixed(1)} ms`;
}

function toJson(light: Estimate, convention: string, numbers: number[]): string {
  const { color, intensity, share } = light.light;
  const { frame } = findConvention(convention);
  const content = {
    frame,
    panorama: frameAxes(frame),
    convention,
    coeffs: numbers,
    light: { direction: toFrame(light.light.direction, frame), color, intensity, share },
    clipped: light.clipped,
    seen: light.seen,
    response: light.response,
    notes: light.notes,
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

function save(name: string, type: string, content: string | Blob): void {
  const url = URL.createObjectURL(typeof content === "string" ? new Blob([content], { type }) : content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** An element of the page. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new TypeError(`index.html has no element #${id}; build the page again`);
  return element;
}
