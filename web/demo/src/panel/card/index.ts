/** The card of read-outs: the light in words and pictures, its details, and its numbers. */

import { type Estimate, type Estimator, srgbEncode } from "lightprobe";
import { byId, make, write } from "../../elements.js";
import type { Feed } from "../../sources/feed.js";
import type { LightName, Store } from "../../state.js";
import { texts } from "../../texts/index.js";
import { plainText } from "../../texts/plain.js";
import type { Status } from "../status.js";
import { drawMirrorBall, drawPanorama, drawPicture, drawWhiteBall } from "./balls.js";
import { mark, positionOf } from "./marker.js";
import { createNumbers } from "./numbers.js";
import { describe } from "./summary.js";

type Fact = keyof typeof texts.facts;

/** Shortest time between two updates [ms]: faster numbers cannot be read. */
const PACE = 200;
/** Most characters of a note. */
const NOTE = 300;

/** Contents of the read-outs. */
export interface Reading {
  lights: Readonly<Record<LightName, Estimate | null>>;
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
  /** Offers the lights that a source has. */
  adapt(names: readonly LightName[]): void;
}

/** Finds its elements in the document. */
export function createReadouts(store: Store, status: Status): Readouts {
  const { state } = store;
  const numbers = createNumbers(store, status);
  const fields = new Map<Fact, HTMLElement>();
  for (const [fact, title] of Object.entries(texts.facts) as [Fact, string][]) {
    const field = make("dd");
    field.dataset.fact = fact;
    fields.set(fact, field);
    byId("facts").append(make("dt", { textContent: title }), field);
  }
  const writeFact = (fact: Fact, text: string): void => write(fields.get(fact) as HTMLElement, text);
  const picker = byId<HTMLSelectElement>("readout");
  picker.addEventListener("change", () => store.set("readout", picker.value as LightName));
  let shown: Reading | null = null;
  let last = Number.NEGATIVE_INFINITY;

  const thumbnails = ({ feed }: Reading, light: Estimate | null): void => {
    const exposure = 2 ** state.exposure;
    const picture = feed?.picture();
    if (picture && feed) {
      const canvas = byId<HTMLCanvasElement>("thumb-picture");
      drawPicture(canvas, picture, feed.aspect);
      const placement = { fov: state.whole ? null : state.fov, aspect: feed.aspect, crop: feed.crop };
      if (light) mark(canvas, positionOf(light.light.direction, placement));
    }
    if (!light) return;
    drawPanorama(byId<HTMLCanvasElement>("thumb-panorama"), light.panorama, exposure);
    drawWhiteBall(byId<HTMLCanvasElement>("thumb-white"), light, exposure);
    drawMirrorBall(byId<HTMLCanvasElement>("thumb-mirror"), light, exposure);
  };
  const writeColor = (light: Estimate): void => {
    const hex = hexOf(light.light.color);
    const field = fields.get("color");
    byId("chip").style.background = hex;
    if (!field || field.dataset.value === hex) return;
    field.dataset.value = hex;
    const swatch = make("span", { className: "swatch" });
    swatch.style.background = hex;
    field.replaceChildren(swatch, hex);
  };
  const writeAll = (reading: Reading): void => {
    const { values } = texts;
    const name = ([state.readout, "estimate", "plain"] as const).find((each) => reading.lights[each]);
    const light = name ? reading.lights[name] : null;
    writeFact("fps", reading.fps > 0 ? values.perSecond(reading.fps) : values.idle);
    writeFact("rate", reading.rate > 0 ? values.perSecond(reading.rate) : values.idle);
    if (reading.estimator) {
      writeFact("model", plainText(reading.estimator.model));
      writeFact("provider", reading.estimator.provider);
    }
    write(byId("summary"), light ? describe(light, name === "truth").join(" ") : texts.summary.none);
    thumbnails(reading, light);
    if (!light || !name) return;
    picker.value = name;
    writeFact("response", curveText(light));
    writeFact("latency", reading.cached ? values.cached : ms(light.timing.total));
    for (const stage of ["main", "read", "prepare", "network", "light"] as const) {
      writeFact(stage, reading.cached ? "–" : ms(light.timing[stage]));
    }
    writeFact("clipped", `${(100 * light.clipped).toFixed(1)} %`);
    writeFact("seen", `${(100 * light.seen).toFixed(0)} %`);
    writeFact("direction", directionText(light));
    writeColor(light);
    writeFact("intensity", light.light.intensity.toFixed(3));
    writeFact("share", `${(100 * light.light.share).toFixed(0)} %`);
    writeNotes(light.notes);
    numbers.show(light, name);
  };
  store.on(["exposure"], () => shown && writeAll(shown));

  return {
    update(reading, time, now = false) {
      const same = shown !== null && !reading.feed?.live && shown.fps === reading.fps && shown.rate === reading.rate;
      if (!now && (same || time - last < PACE)) return;
      last = time;
      shown = { ...reading, lights: { ...reading.lights } };
      writeAll(shown);
    },
    adapt(names) {
      picker.replaceChildren(...names.map((name) => new Option(texts.lightOf[name], name)));
      picker.value = state.readout;
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
  list.replaceChildren(...lines.map((line) => make("li", { textContent: line })));
}

/** The tone curve that was undone, and whether it was given. */
function curveText({ response }: Estimate): string {
  if (response === "auto") return texts.values.unknown;
  return response === "linear" ? texts.values.linear : texts.values.given(response);
}

/** Azimuth and elevation of the light. */
function directionText({ light }: Estimate): string {
  const [x, y, z] = light.direction;
  const azimuth = (Math.atan2(z, x) * 180) / Math.PI;
  const elevation = (Math.asin(Math.max(-1, Math.min(1, y))) * 180) / Math.PI;
  return `${azimuth.toFixed(0)}° ${elevation >= 0 ? "↑" : "↓"}${Math.abs(elevation).toFixed(0)}°`;
}

/** A linear color as #rrggbb. */
function hexOf(color: readonly number[]): string {
  const bytes = color.map((c) => Math.round(255 * srgbEncode(Math.max(0, Math.min(1, c)))));
  return `#${bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

function ms(time: number): string {
  return `${time.toFixed(1)} ms`;
}
