/** A map of the surroundings: the cells that were seen, and the camera's frame. What nobody has seen is left hatched. */

import type { Surround } from "lightprobe/surround";
import { byId, make, write } from "../elements.js";
import { paint } from "../panel/card/balls.js";
import { strokeOutlined } from "../panel/outline.js";
import { texts } from "../texts/index.js";
import { axesOf, type CameraView, panoramaPosition, viewDirection } from "./axes.js";

/** A cell counts as seen from this share on. */
const LEAST = 0.05;
/** From this part of the sphere on, nobody is asked to turn any more. */
const ENOUGH = 0.9;
/** Shortest time between two drawings [ms]. */
const PACE = 66;
/** Points along each side of the frame. */
const POINTS = 12;

/** The map in the document. */
export interface SurroundMap {
  readonly canvas: HTMLCanvasElement;
  /** Draws a surround and the newest view, not more often than can be seen. */
  show(surround: Surround, view: CameraView): void;
  hide(): void;
}

/**
 * Finds its elements in the document.
 *
 * @param hint - what to do, and how much is seen [0…1].
 * @param exposure - factor on the radiance.
 */
export function createMap(hint: (seen: number) => string, exposure: () => number): SurroundMap {
  const panel = byId("surround");
  const canvas = byId<HTMLCanvasElement>("map");
  const cells = make("canvas");
  const context = canvas.getContext("2d");
  let last = Number.NEGATIVE_INFINITY;
  let timer = 0;

  const draw = (surround: Surround, view: CameraView): void => {
    last = performance.now();
    panel.hidden = false;
    const { rows, light } = surround;
    if (light) write(byId("map-text"), light.seen < ENOUGH ? hint(light.seen) : texts.surround.seen(light.seen));
    if (!context) return;
    if (cells.height !== rows) Object.assign(cells, { width: 2 * rows, height: rows });
    paintCells(cells, surround, exposure());
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(cells, 0, 0, canvas.width, canvas.height);
    strokeFrame(context, view);
  };
  return {
    canvas,
    show(surround, view) {
      clearTimeout(timer);
      timer = window.setTimeout(draw, Math.max(0, last + PACE - performance.now()), surround, view);
    },
    hide() {
      clearTimeout(timer);
      panel.hidden = true;
    },
  };
}

/** Draws radiance, tone-mapped as the view is; cells that were not seen stay transparent. */
function paintCells(canvas: HTMLCanvasElement, { panorama, seen, rows }: Surround, exposure: number): void {
  paint(canvas, (x, y, out) => {
    const cell = y * 2 * rows + x;
    if (seen[cell] < LEAST) return false;
    for (let c = 0; c < 3; c++) out[c] = panorama[3 * cell + c] * exposure;
    return true;
  });
}

/** Draws the edge of a view. */
function strokeFrame(context: CanvasRenderingContext2D, view: CameraView): void {
  const { width, height } = context.canvas;
  const axes = axesOf(view.orientation);
  const path = new Path2D();
  let before = Number.NaN;
  for (let point = 0; point <= 4 * POINTS; point++) {
    const along = (point % POINTS) / POINTS - 0.5;
    const side = Math.floor(point / POINTS) % 4;
    const [a, b] = [
      [along, -0.5],
      [0.5, along],
      [-along, 0.5],
      [-0.5, -along],
    ][side];
    const [across, down] = panoramaPosition(...viewDirection(axes, view, a, b));
    // where the frame leaves the map, it goes on at the other edge
    const isNear = Math.abs(across - before) < 0.5;
    if (isNear) path.lineTo(across * width, down * height);
    else path.moveTo(across * width, down * height);
    before = across;
  }
  strokeOutlined(context, path, 7, 3.5);
}
