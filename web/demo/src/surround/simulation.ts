/** A phone's camera, simulated: views are cut out of a panorama where the visitor drags over the map. */

import type { Orientation } from "lightprobe/surround";
import { drawable } from "../scene/adjustment.js";
import type { Feed, Picture } from "../sources/feed.js";
import type { Key, Store } from "../state.js";
import { texts } from "../texts/index.js";
import { axesOf, type CameraView, panoramaPosition, viewDirection } from "./axes.js";
import { type Gathering, gather } from "./gathering.js";
import { createMap } from "./map.js";

/** Field of view across [°], and size [pixels], of the views. */
const FOV = 65;
const [WIDTH, HEIGHT] = [320, 240];
/** Most pixels across a panorama, which 320 across 65° cannot show better. */
const MOST = 2048;
/** Nothing changes with time: views never fade, and each one comes so long after the last that its light is there at once [s]. */
const FADE = 1e9;
const STEP = 10;
/** A press of an arrow key turns so far, to the right and up [°]. */
const KEYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-10, 0],
  ArrowRight: [10, 0],
  ArrowUp: [0, 10],
  ArrowDown: [0, -10],
};
/** Highest pitch: the poles are seen from there, too [°]. */
const STEEPEST = 75;
/** Settings that change the scale of the pictures. */
const SCALES: readonly Key[] = ["pictureExposure", "brightness", "contrast", "saturation", "tint"];

/** A simulation that runs. */
export interface Simulation {
  /** For the panorama's feed. */
  readonly gather: NonNullable<Feed["gather"]>;
  end(): void;
}

/** Starts to look around in a whole panorama; where, is in the settings. */
export function simulate(feed: Feed, store: Store): Simulation {
  const { state } = store;
  const map = createMap(texts.surround.drag, () => 2 ** state.exposure);
  const view = new ImageData(WIDTH, HEIGHT);
  const ended = new AbortController();
  const orientation = (): Orientation => ({ yaw: state.yaw, pitch: state.pitch, roll: 0 });
  let gathering: Gathering | null = null;
  let count = 0;
  let [panorama, pixels]: [Picture | null, ImageData] = [null, view];

  const look = (yaw: number, pitch: number): void => {
    store.set("pitch", Math.max(-STEEPEST, Math.min(STEEPEST, pitch)));
    store.set("yaw", ((((yaw + 180) % 360) + 360) % 360) - 180);
  };
  listen(map.canvas, state, look, ended.signal);
  const unwatch = store.on(SCALES, () => gathering?.restart());
  return {
    gather: (estimator) => {
      gathering?.restart();
      const made = gather(estimator, {
        orientation,
        time: () => STEP * count++,
        fade: FADE,
        tremble: 0,
        onLight: (surround, orientation) => map.show(surround, { orientation, fov: FOV, aspect: WIDTH / HEIGHT }),
      });
      gathering = made;
      return {
        estimate(picture, { response } = {}) {
          const source = picture instanceof ImageData ? picture : feed.picture();
          if (source && source !== panorama) [panorama, pixels] = [source, pixelsOf(source)];
          cut(pixels, { orientation: orientation(), fov: FOV, aspect: WIDTH / HEIGHT }, view);
          return made.add(view, { fov: FOV, response });
        },
      };
    },
    end: () => {
      ended.abort();
      unwatch();
      gathering?.restart();
      map.hide();
    },
  };
}

/** Turns the simulated camera by pointer and keys. */
function listen(
  canvas: HTMLCanvasElement,
  state: Readonly<{ yaw: number; pitch: number }>,
  look: (yaw: number, pitch: number) => void,
  signal: AbortSignal,
): void {
  const point = (event: PointerEvent): void => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    look(360 * ((event.clientX - left) / width - 0.5), 180 * (0.5 - (event.clientY - top) / height));
  };
  canvas.tabIndex = 0;
  signal.addEventListener("abort", () => canvas.removeAttribute("tabindex"));
  const down = (event: PointerEvent): void => {
    canvas.setPointerCapture(event.pointerId);
    point(event);
  };
  const move = (event: PointerEvent): void => {
    if (canvas.hasPointerCapture(event.pointerId)) point(event);
  };
  const press = (event: KeyboardEvent): void => {
    const turn = KEYS[event.key];
    if (!turn || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    look(state.yaw + turn[0], state.pitch + turn[1]);
  };
  canvas.addEventListener("pointerdown", down, { signal });
  canvas.addEventListener("pointermove", move, { signal });
  canvas.addEventListener("keydown", press, { signal });
}

/** The pixels of a panorama. */
function pixelsOf(picture: Picture): ImageData {
  if (picture instanceof ImageData) return picture;
  const width = Math.min(MOST, (picture as ImageBitmap).width);
  const canvas = new OffscreenCanvas(width, width / 2);
  const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
  context.drawImage(drawable(picture), 0, 0, width, width / 2);
  return context.getImageData(0, 0, width, width / 2);
}

/** Cuts a view out of a panorama, pixel by nearest pixel. */
export function cut(panorama: ImageData, view: CameraView, out: ImageData): void {
  const from = new Uint32Array(panorama.data.buffer);
  const to = new Uint32Array(out.data.buffer);
  const axes = axesOf(view.orientation);
  for (let row = 0, pixel = 0; row < out.height; row++) {
    for (let column = 0; column < out.width; column++, pixel++) {
      const direction = viewDirection(axes, view, (column + 0.5) / out.width - 0.5, (row + 0.5) / out.height - 0.5);
      const [across, down] = panoramaPosition(...direction);
      const x = Math.floor(across * panorama.width) % panorama.width;
      const y = Math.min(panorama.height - 1, Math.floor(down * panorama.height));
      to[pixel] = from[y * panorama.width + x];
    }
  }
}
