/** The page: puts sources, lights, view and panel together. */

import "./style.css";
import { createComparison } from "./compare.js";
import { createPanel } from "./controls.js";
import { kindOf, receiveFiles } from "./files.js";
import { createHandle } from "./handle.js";
import { openModel } from "./models.js";
import { Pipeline } from "./pipeline.js";
import { Rate } from "./rate.js";
import { byId, createReadouts } from "./readouts.js";
import { type Bundled, idOf, readBundled } from "./sources/bundled.js";
import type { Feed } from "./sources/feed.js";
import { openSource, type SourceArgument } from "./sources/open.js";
import { createStore, type SourceName } from "./state.js";
import { createStatus } from "./status.js";
import { createStrip, type Strip } from "./strip.js";
import { followTheme } from "./theme.js";
import { View } from "./view.js";

const FIRST = "dikhololo_night";
const MODEL = "model.glb";
const ANY_FILE = "image/*,video/*,.hdr,.exr,.glb,.gltf";
/** Pictures of about this shape are taken for whole panoramas. */
const isPanorama = (aspect: number): boolean => Math.abs(aspect - 2) < 0.04;

const query = new URLSearchParams(location.search);
const test = query.has("test");
const narrow = matchMedia("(max-width: 960px)");
const reduced = matchMedia("(prefers-reduced-motion: reduce)");
const media = (path: string): string => new URL(`media/${path}`, document.baseURI).href;

// an environment map costs seconds where WebGL is drawn in software, as in tests
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
        if (lost) status.say("The graphics were interrupted; they come back by themselves.", true);
        else status.say("The graphics are back.");
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

/** The camera starts where the sun comes from the side and a little from the front: light and shade are both seen. */
function firstAzimuth(): number {
  if (!state.whole) return Math.PI; // a photo lies along +X: look there
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

function adopt(): void {
  feed?.adopt?.({ pictureExposure: state.pictureExposure, playing: state.playing });
}

/** Opens a source and shows its light; the one before stays until the new one is there. */
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
    show(name, opened.feed, opened.panorama);
    if (opened.feed.live) await firstPicture(opened.feed);
    await pipeline.settled();
    if (turn === opening && byId("status").dataset.kind !== "error") status.clear();
  } catch (error) {
    if (turn !== opening) return;
    if (name === "polyhaven") {
      strip?.withdrawPolyHaven();
      status.say("Poly Haven cannot be reached just now: here is one of the bundled panoramas.");
      await setSource("panorama");
      return;
    }
    status.fail(error);
    throw error;
  }
}

function show(name: SourceName, next: Feed, bundledName: string | null): void {
  const former = feed;
  feed = next;
  panorama = bundledName;
  view?.setFeed(next);
  pipeline.setFeed(next);
  former?.dispose();
  next.onEnd = (reason) => status.say(reason, true);
  if (name === "panorama" || name === "polyhaven" || name === "scene" || name === "hdr") store.set("whole", true);
  else store.set("whole", name !== "camera" && isPanorama(next.aspect));
  store.set("source", name);
  store.set("playing", true);
  adopt();
  panel.adapt({
    live: next.live,
    replays: next.frameKey !== undefined,
    hdr: name === "hdr",
    truth: next.truth !== undefined,
  });
  comparison.refresh(pipeline.hasTruth);
  if (!state.whole) view?.lookFrom(Math.PI);
  strip?.mark(name, panorama);
  const credit = byId("credit");
  const title = Object.assign(document.createElement("strong"), { textContent: next.title });
  credit.replaceChildren(title);
  if (next.credit) {
    const by = next.link
      ? Object.assign(document.createElement("a"), { href: next.link, rel: "noopener", target: "_blank" })
      : document.createElement("span");
    by.textContent = next.credit;
    credit.append(" · ", by);
  }
}

function randomPanorama(): string {
  const others = bundled.map(idOf).filter((id) => id !== panorama);
  return others[Math.floor(Math.random() * others.length)];
}

/** Live sources have no picture at first: waits until one came, or the source was changed. */
function firstPicture(own: Feed): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (feed !== own || pipeline.lights.estimate || byId("status").dataset.kind === "error") resolve();
      else requestAnimationFrame(look);
    };
    look();
  });
}

async function take(file: File): Promise<void> {
  const kind = kindOf(file);
  if (kind === null) {
    status.fail(
      new TypeError(`${file.name} is none of: picture, video, .hdr, .exr, .glb, .gltf. Choose another file.`),
    );
  } else if (kind === "model") {
    await setModel(file);
  } else {
    await setSource(kind, file).catch(() => {}); // the status line has said it
  }
}

async function setModel(from?: Blob | string): Promise<void> {
  try {
    const root = await openModel(from ?? media(MODEL));
    view?.setModel(root);
    store.set("model", true);
    panel.setModelName(from instanceof File ? from.name : typeof from === "string" ? from : "bundled");
  } catch (error) {
    status.fail(error, "The model cannot be read");
  }
}

/** One frame of the page; the browser stops calling it where the page is hidden. */
function frame(now: number): void {
  feed?.tick?.(test ? clock : now / 1000);
  pipeline.tick();
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
    choose: (name, id) => void setSource(name, id).catch(() => {}), // the status line has said it
    openFile: () => openFile(ANY_FILE),
  });
  try {
    await pipeline.start();
    if (pipeline.network) panel.setResponses(pipeline.network.responses);
  } catch (error) {
    status.fail(error);
    await setSource("panorama", query.get("panorama") ?? FIRST).catch(() => {}); // the status line has said it
    status.fail(error);
    return;
  }
  const source = (query.get("source") ?? "panorama") as SourceName;
  const argument = source === "panorama" ? (query.get("panorama") ?? FIRST) : undefined;
  await setSource(source, argument).catch(() => {}); // the status line has said it
  view?.lookFrom(firstAzimuth());
  view?.render();
}

async function settled(): Promise<void> {
  await pipeline.settled();
  view?.render();
  refreshReadouts(true);
}

store.on(["pictureExposure", "playing"], adopt);
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
  settled,
  setSource,
  setModel,
  setClock: (seconds) => {
    clock = seconds;
  },
  status: () => byId("status").textContent ?? "",
});
