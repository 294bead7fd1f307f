/** The page: connects sources, pipeline, view and panel. */

import { first, list, media } from "./ahead.js";
import { byId } from "./elements.js";
import { keepOffline } from "./offline.js";
import { createReadouts } from "./panel/card/index.js";
import { createComparison } from "./panel/compare.js";
import { createPanel } from "./panel/controls.js";
import { writeCredit } from "./panel/credit.js";
import { kindOf, receiveFiles } from "./panel/files.js";
import { watchLayout } from "./panel/layout.js";
import { createStatus } from "./panel/status.js";
import { createStrip, type Strip } from "./panel/strip.js";
import { followTheme } from "./panel/theme.js";
import { Pipeline } from "./pipeline.js";
import { Rate } from "./rate.js";
import { openModel } from "./scene/models.js";
import { azimuthAside } from "./scene/sun.js";
import { View } from "./scene/view.js";
import { type Bundled, randomOther } from "./sources/bundled.js";
import type { Feed } from "./sources/feed.js";
import { type Opened, openSource, preparePhone, type SourceArgument } from "./sources/open.js";
import { createStore, type SourceName } from "./state.js";
import { watchTurning } from "./surround/turning.js";
import { sweep } from "./sweep.js";
import { createHandle } from "./testing/handle.js";
import { fillTexts, texts } from "./texts/index.js";
import { plainText } from "./texts/plain.js";

const MODEL = "model.glb";
const ANY_FILE = "image/*,video/*,.hdr,.exr,.glb,.gltf";

const query = new URLSearchParams(location.search);
const test = query.has("test");
const narrow = matchMedia("(max-width: 960px)");
const reduced = matchMedia("(prefers-reduced-motion: reduce)");

fillTexts(document);
const store = createStore({ motion: !reduced.matches });
const { state } = store;
const status = createStatus(byId("status"));
const pipeline = new Pipeline(store, {
  onFrame: () => view?.setPicture(),
  onLight: (names) => {
    if (feed && view && view.feed !== feed) {
      view.feed?.dispose(); // it was drawn until now
      view.setFeed(feed);
      view.lookFrom(firstAzimuth());
      placeSplits();
    }
    view?.setLights(pipeline.lights, names);
    if (!drawn.total) draw(performance.now()); // the page has waited long enough
    if (names.includes("estimate") && !pipeline.cached) made.count(performance.now());
    if (!feed?.live) refreshReadouts(true);
  },
  onError: (error) => status.fail(error),
});
const [exactStarts, networkStarts] = [pipeline.start(), pipeline.startNetwork()];
for (const each of [exactStarts, networkStarts]) each.catch(() => {}); // `start` waits for them

const comparison = createComparison(byId("panes"), store);
const readouts = createReadouts(store, status);
const drawn = new Rate();
const made = new Rate();
let feed: Feed | null = null;
let opening = 0;
let clock = 0;
let bundled: Bundled[] = [];
let panorama: string | null = null;
let strip: Strip | null = null;

const view = openView();
const openFile = receiveFiles(byId("file"), byId("drop"), (file) => void take(file));
const panel = createPanel(byId("controls-content"), store, {
  openFile,
  bundledModel: () => void setModel(),
  resetView: () => view?.lookFrom(firstAzimuth()),
});

function openView(): View | null {
  try {
    return new View(byId("view"), store, {
      test,
      reducedMotion: () => reduced.matches,
      onContext: (lost) => {
        if (lost) status.say(texts.status.interrupted, true);
        else status.say(texts.status.resumed);
      },
    });
  } catch (error) {
    console.warn(error);
    byId("no-webgl").hidden = false;
    byId("view").hidden = true;
    byId("panes").hidden = true;
    return null;
  }
}

/** First azimuth of the camera. */
function firstAzimuth(): number {
  if (!state.whole) return Math.PI; // the center of a photo is +X: face it
  const light = pipeline.lights.estimate ?? pipeline.lights.plain;
  return light ? azimuthAside(light) : 0.6;
}

/** Puts the splits between the sets of objects. */
function placeSplits(): void {
  const gaps = view?.gaps() ?? [];
  if (gaps.length > 0) store.set("split", gaps[0]);
  if (gaps.length > 1) store.set("split2", gaps[1]);
  refreshPanes();
}

/** Labels and handles appear with the first light. */
function refreshPanes(): void {
  if (view?.feed) comparison.refresh(pipeline.hasTruth);
}

function refreshReadouts(now = false): void {
  const time = performance.now();
  const { lights, network, cached } = pipeline;
  const rates = { fps: drawn.perSecond(time), rate: made.perSecond(time) };
  readouts.update({ lights, estimator: network, feed, cached, ...rates }, time, now);
}

/** Applies the settings of the source. */
function adopt(): void {
  feed?.adopt?.({ pictureExposure: state.pictureExposure, playing: state.playing });
}

/** Opens a source; the former one stays until the new one is ready. */
async function setSource(name: SourceName, argument?: SourceArgument): Promise<void> {
  const turn = ++opening;
  status.say(name === "camera" ? texts.status.camera : texts.status.loading, true);
  try {
    const chosen = name === "panorama" && argument === undefined ? randomOther(bundled, panorama) : argument;
    const opened = await openSource(name, chosen, bundled, { renderer: view?.renderer ?? null, state, media });
    const isWhole = Math.abs(opened.feed.aspect - 2) < 0.04 || opened.feed.stage !== undefined; // probably
    const place = name === "image" && !isWhole ? await pipeline.placeOf(opened.feed) : opened.feed.fov;
    if (turn !== opening) {
      opened.feed.dispose();
      return;
    }
    if (view) view.frozen = true;
    const whole = ["panorama", "polyhaven", "scene", "hdr"].includes(name) || place === null;
    store.set("whole", whole || (name !== "camera" && place === undefined && isWhole));
    if (place) store.set("fov", place);
    replaceFeed(name, opened);
    await pipeline.idle();
    if (view) view.frozen = false;
    if (turn === opening && byId("status").dataset.kind !== "error") status.say(opened.feed.notice ?? "");
  } catch (error) {
    if (turn !== opening) return;
    if (name === "polyhaven") {
      console.info(error);
      strip?.withdrawPolyHaven();
      await setSource("panorama");
      status.say(texts.status.polyhaven);
      return;
    }
    status.fail(error);
    throw error;
  }
}

/** Switches to a source, whose settings are set: the first estimate starts with `setFeed`. */
function replaceFeed(name: SourceName, { feed: next, panorama: bundledName }: Opened): void {
  store.set("turning", false);
  pipeline.setFeed(null);
  if (feed) {
    feed.onEnd = undefined;
    if (view?.feed !== feed) feed.dispose();
  }
  feed = next;
  panorama = bundledName;
  next.onEnd = (reason) => status.say(reason, true);
  next.onShape = () => {
    if (next.fov) store.set("fov", next.fov);
    view?.setPicture();
    if (next.gather) status.say(texts.surround.rotated);
  };
  store.set("source", name);
  store.set("playing", true);
  store.set("readout", next.exact ? "truth" : "estimate");
  next.adopt?.({ pictureExposure: state.pictureExposure, playing: true });
  panel.adapt(next);
  readouts.adapt(next.truth ? ["plain", "estimate", "truth"] : ["plain", "estimate"]);
  pipeline.setFeed(next);
  refreshPanes();
  strip?.mark(name, panorama);
  writeCredit(next);
}

async function take(file: File): Promise<void> {
  const kind = kindOf(file);
  if (kind === null) status.fail(new TypeError(texts.status.kind(plainText(file.name))));
  else if (kind === "model") await setModel(file);
  else await setSource(kind, file).catch(() => {}); // the error is in the status line
}

async function setModel(from?: Blob | string): Promise<void> {
  try {
    const root = await openModel(from ?? media(MODEL));
    view?.setModel(root);
    store.set("model", true);
    panel.setModelName(from instanceof File ? from.name : typeof from === "string" ? from : texts.credits.bundled);
  } catch (error) {
    await ready; // the first source writes into the status line too
    status.fail(error, texts.status.model);
  }
}

function draw(now: number): void {
  if (view?.tick(now)) drawn.count(now);
}

/** One frame of the page; the browser pauses it while the page is hidden. */
function frame(now: number): void {
  feed?.tick?.(test ? clock : now / 1000);
  draw(now);
  refreshReadouts();
  requestAnimationFrame(frame);
}

async function start(): Promise<void> {
  if (view) void setModel(query.get("model") ?? undefined);
  try {
    bundled = await list;
  } catch (error) {
    status.fail(error);
  }
  strip = createStrip(byId("sources"), media("panoramas/"), bundled, {
    choose: (name, id) => void setSource(name, id).catch(() => {}), // the error is in the status line
    openFile: () => openFile(ANY_FILE),
  });
  try {
    await setSource(first.source, first.panorama).catch(() => {}); // the error is in the status line
    await exactStarts;
    await pipeline.idle();
    await networkStarts;
    if (pipeline.network) panel.setResponses(pipeline.network.responses);
    await pipeline.idle();
  } catch (error) {
    status.fail(error);
    return;
  }
  view?.render();
  preparePhone();
  const sweeps = !test && !reduced.matches && state.comparison === "plain | estimate";
  if (sweeps) void view?.complete.then(() => sweep(store));
}

/** Resolves when the light and the drawing are up to date. */
async function idle(): Promise<void> {
  await pipeline.idle();
  view?.render();
  refreshReadouts(true);
}

store.on(["playing"], adopt);
store.on(["pictureExposure"], () => {
  adopt();
  view?.setPicture();
  pipeline.refresh();
});
watchTurning(store, pipeline, () => feed);
store.on(["split", "split2"], refreshPanes);
store.on(["comparison"], placeSplits);
followTheme(store, () => view?.invalidate());
watchLayout(narrow, (free) => {
  view?.setFree(free);
  placeSplits();
});
if (!view) byId<HTMLDetailsElement>("card-details").open = true;
addEventListener("pagehide", (event) => {
  if (event.persisted) return;
  feed?.dispose();
  pipeline.dispose();
});
requestAnimationFrame(frame);
const ready = start();
if (!test) keepOffline();

window.lightprobeDemo = createHandle({
  store,
  pipeline,
  view,
  drawn,
  ready,
  idle,
  setSource,
  setModel,
  setClock: (seconds) => {
    clock = seconds;
  },
  status: () => byId("status").textContent ?? "",
});
