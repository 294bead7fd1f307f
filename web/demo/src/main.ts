/** The page: connects sources, pipeline, view and panel. */

import "./trust.js";
import "./style/index.css";
import { createComparison } from "./panel/compare.js";
import { createPanel } from "./panel/controls.js";
import { kindOf, receiveFiles } from "./panel/files.js";
import { Rate } from "./panel/rate.js";
import { byId, createReadouts } from "./panel/readouts.js";
import { createStatus } from "./panel/status.js";
import { createStrip, type Strip } from "./panel/strip.js";
import { followTheme } from "./panel/theme.js";
import { Pipeline } from "./pipeline.js";
import { openModel } from "./scene/models.js";
import { View } from "./scene/view.js";
import { type Bundled, idOf, readBundled } from "./sources/bundled.js";
import type { Feed } from "./sources/feed.js";
import { openSource, type SourceArgument } from "./sources/open.js";
import { createStore, type SourceName } from "./state.js";
import { createHandle } from "./testing/handle.js";
import { plainText } from "./text.js";

const FIRST = "dikhololo_night";
const MODEL = "model.glb";
const ANY_FILE = "image/*,video/*,.hdr,.exr,.glb,.gltf";
/** Whether a picture of this shape is probably a whole panorama. */
const isPanorama = (aspect: number): boolean => Math.abs(aspect - 2) < 0.04;

const query = new URLSearchParams(location.search);
const test = query.has("test");
const narrow = matchMedia("(max-width: 960px)");
const reduced = matchMedia("(prefers-reduced-motion: reduce)");
const media = (path: string): string => new URL(`media/${path}`, document.baseURI).href;

// an environment map costs seconds in software rendering, as in tests
const store = createStore({ motion: !reduced.matches, reflections: query.get("reflections") !== "off" });
const { state } = store;
const status = createStatus(byId("status"));
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

(byId("card-details") as HTMLDetailsElement).open = !narrow.matches;

const view = openView();
const pipeline = new Pipeline(store, {
  onFrame: () => view?.setPicture(),
  onLight: (names) => {
    view?.setLights(pipeline.lights, names);
    if (names.includes("estimate") && !pipeline.cached) made.count(performance.now());
    if (!feed?.live) refreshReadouts(true);
  },
  onError: (error) => status.fail(error),
});
const openFile = receiveFiles(byId("file") as HTMLInputElement, byId("drop"), (file) => void take(file));
const panel = createPanel(
  byId("controls"),
  store,
  {
    openFile,
    bundledModel: () => void setModel(),
    resetView: () => view?.lookFrom(firstAzimuth()),
  },
  !narrow.matches,
);

function openView(): View | null {
  try {
    return new View(byId("view") as HTMLCanvasElement, store, {
      test,
      reducedMotion: () => reduced.matches,
      onContext: (lost) => {
        if (lost) status.say("WebGL was interrupted and will resume by itself.", true);
        else status.say("WebGL is running again.");
      },
    });
  } catch (error) {
    console.warn(error);
    byId("no-webgl").hidden = false;
    byId("view").hidden = true;
    byId("panes").hidden = true;
    (byId("card-details") as HTMLDetailsElement).open = true;
    return null;
  }
}

/** First azimuth of the camera: the sun is at the side and a little in front, so that light and shade are visible. */
function firstAzimuth(): number {
  if (!state.whole) return Math.PI; // the center of a photo is +X: face it
  const direction = pipeline.lights.estimate?.light.direction;
  return direction ? Math.atan2(direction[2], direction[0]) + 1.15 : 0.6;
}

function refreshReadouts(now = false): void {
  const time = performance.now();
  readouts.update(
    {
      light: pipeline.lights.estimate ?? pipeline.lights.plain,
      estimator: pipeline.network,
      feed,
      cached: pipeline.cached,
      fps: drawn.perSecond(time),
      rate: made.perSecond(time),
    },
    time,
    now,
  );
}

/** Applies the settings of the source. */
function adopt(): void {
  feed?.adopt?.({ pictureExposure: state.pictureExposure, playing: state.playing });
}

/** Opens a source; the former one stays until the new one is ready. */
async function setSource(name: SourceName, argument?: SourceArgument): Promise<void> {
  const turn = ++opening;
  status.say(name === "camera" ? "Waiting for the camera …" : "Loading …", true);
  try {
    const chosen = name === "panorama" && argument === undefined ? randomPanorama() : argument;
    const opened = await openSource(name, chosen, bundled, { renderer: view?.renderer ?? null, media });
    if (turn !== opening) {
      opened.feed.dispose();
      return;
    }
    replaceFeed(name, opened.feed, opened.panorama);
    await pipeline.idle();
    if (turn === opening && byId("status").dataset.kind !== "error") status.clear();
  } catch (error) {
    if (turn !== opening) return;
    if (name === "polyhaven") {
      strip?.withdrawPolyHaven();
      status.say("Poly Haven cannot be reached; this is a bundled panorama instead.");
      await setSource("panorama");
      return;
    }
    status.fail(error);
    throw error;
  }
}

/** Switches to a source. Its settings come first, as the first estimate starts with `setFeed`. */
function replaceFeed(name: SourceName, next: Feed, bundledName: string | null): void {
  pipeline.setFeed(null);
  if (feed) {
    feed.onEnd = undefined;
    feed.dispose();
  }
  feed = next;
  panorama = bundledName;
  next.onEnd = (reason) => status.say(reason, true);
  if (name === "panorama" || name === "polyhaven" || name === "scene" || name === "hdr") store.set("whole", true);
  else store.set("whole", name !== "camera" && isPanorama(next.aspect));
  store.set("source", name);
  store.set("playing", true);
  next.adopt?.({ pictureExposure: state.pictureExposure, playing: true });
  panel.adapt({
    live: next.live,
    replays: next.replays === true,
    hdr: name === "hdr",
    truth: next.truth !== undefined,
  });
  view?.setFeed(next);
  pipeline.setFeed(next);
  comparison.refresh(pipeline.hasTruth);
  if (!state.whole) view?.lookFrom(Math.PI);
  strip?.mark(name, panorama);
  writeCredit(next);
}

function writeCredit({ title, credit, link }: Feed): void {
  const element = byId("credit");
  element.replaceChildren(Object.assign(document.createElement("strong"), { textContent: plainText(title) }));
  if (!credit) return;
  const by = link
    ? Object.assign(document.createElement("a"), { href: link, rel: "noopener", target: "_blank" })
    : document.createElement("span");
  by.textContent = plainText(credit, 160);
  element.append(" · ", by);
}

function randomPanorama(): string {
  const others = bundled.map(idOf).filter((id) => id !== panorama);
  return others[Math.floor(Math.random() * others.length)];
}

async function take(file: File): Promise<void> {
  const kind = kindOf(file);
  if (kind === null) {
    status.fail(
      new TypeError(
        `${plainText(file.name)} is not a picture, video, .hdr, .exr, .glb or .gltf file. Choose another one.`,
      ),
    );
  } else if (kind === "model") {
    await setModel(file);
  } else {
    await setSource(kind, file).catch(() => {}); // the error is in the status line
  }
}

async function setModel(from?: Blob | string): Promise<void> {
  try {
    const root = await openModel(from ?? media(MODEL));
    view?.setModel(root);
    store.set("model", true);
    panel.setModelName(from instanceof File ? from.name : typeof from === "string" ? from : "bundled");
  } catch (error) {
    await ready; // the first source writes into the status line too
    status.fail(error, "The 3D model cannot be read");
  }
}

/** One frame of the page; the browser pauses it while the page is hidden. */
function frame(now: number): void {
  feed?.tick?.(test ? clock : now / 1000);
  if (view?.tick(now)) drawn.count(now);
  refreshReadouts();
  requestAnimationFrame(frame);
}

async function start(): Promise<void> {
  if (view) {
    const chosen = query.get("model");
    void setModel(chosen ?? undefined);
  }
  try {
    bundled = await readBundled(media("panoramas/"));
  } catch (error) {
    status.fail(error);
  }
  strip = createStrip(byId("sources"), media("panoramas/"), bundled, {
    choose: (name, id) => void setSource(name, id).catch(() => {}), // the error is in the status line
    openFile: () => openFile(ANY_FILE),
  });
  try {
    await pipeline.start();
    if (pipeline.network) panel.setResponses(pipeline.network.responses);
  } catch (error) {
    status.fail(error);
    await setSource("panorama", query.get("panorama") ?? FIRST).catch(() => {}); // the error is in the status line
    status.fail(error);
    return;
  }
  const source = (query.get("source") ?? "panorama") as SourceName;
  const argument = source === "panorama" ? (query.get("panorama") ?? FIRST) : undefined;
  await setSource(source, argument).catch(() => {}); // the error is in the status line
  view?.lookFrom(firstAzimuth());
  view?.render();
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
store.on(["comparison", "split", "split2"], () => comparison.refresh(pipeline.hasTruth));
followTheme(store, () => view?.invalidate());
addEventListener("pagehide", (event) => {
  if (event.persisted) return;
  feed?.dispose();
  pipeline.dispose();
});
requestAnimationFrame(frame);
const ready = start();

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
