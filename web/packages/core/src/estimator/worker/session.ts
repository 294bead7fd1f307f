/** What the worker does, without the worker: pictures in, estimates out. */

import { CELL_VALUES, CellForming } from "../../picture/cells/exact.js";
import { isWhole, WholeForming } from "../../picture/cells/fast.js";
import { clippedShare, packRgb, toPlanes } from "../../picture/cells/pixels.js";
import { drawPanorama } from "../../picture/cells/reconstruction.js";
import { type CurveName, decode, RESPONSES } from "../../picture/curves/decoder.js";
import { Decoders } from "../../picture/curves/decoders.js";
import type { FlatPicture } from "../../picture/partial/layers.js";
import { PartialForming } from "../../picture/partial/partial.js";
import { fromConvention } from "../../sphere/conventions/conventions.js";
import { directionalFit, dominantLight } from "../../sphere/light.js";
import { averageToPanorama, PANORAMA } from "../../sphere/panorama.js";
import { project } from "../../sphere/projection.js";
import type { Estimate, RadianceImage, ResponseName } from "../../types.js";
import type { EstimateRequest, ModelFacts, OpenRequest, Picture } from "../protocol/messages.js";
import { CURVE_POINTS, emptyEstimate, packEstimate } from "../protocol/results.js";
import { checkPanoramaSize, readSize, type Size } from "../protocol/sizes.js";
import { type fetchFile, readModel } from "./files.js";
import { type Answer, type Network, openNetwork } from "./network.js";
import { decodeFile, type FrameReader } from "./reader.js";
import { Smoother } from "./smoother.js";

/** Columns above which a panorama reaches a network as cells, where it takes some. */
const LARGEST = 1024;

/** 8-bit pixels, RGB interleaved. */
interface Pixels extends Size {
  rgb: Uint8Array;
}

/** What is not the session's own, so that it can be tried out without a browser. */
export interface Surroundings {
  fetchFile: typeof fetchFile;
  createReader: () => FrameReader;
}

/** A model that is ready, and all buffers that are worth keeping from frame to frame. */
export class Session {
  readonly facts: ModelFacts;
  readonly #network: Network | null;
  readonly #decoders: Decoders;
  readonly #createReader: () => FrameReader;
  #reader: FrameReader | null = null;
  readonly #estimate = emptyEstimate();
  readonly #curve = new Float32Array(CURVE_POINTS);
  readonly #smoother = new Smoother(0);
  readonly #cellForming = new CellForming();
  readonly #wholeForming: WholeForming | null;
  readonly #partialForming = new PartialForming();
  readonly #cells = new Float32Array(2 * CELL_VALUES);
  #pixels: Pixels = { rgb: new Uint8Array(0), width: 0, height: 0 };
  #shown = new Uint8Array(0);
  #radiance = new Float32Array(0);
  /** The panorama is drawn from the coefficients alone. */
  #drawn = false;

  private constructor(network: Network | null, decoders: Decoders, createReader: () => FrameReader) {
    this.#network = network;
    this.#decoders = decoders;
    this.#createReader = createReader;
    this.facts = factsOf(network);
    const decoding = network?.manifest.decoding;
    this.#wholeForming = decoding ? new WholeForming(decoding) : null;
  }

  /**
   * A session with a model.
   *
   * @throws LightprobeError `model` or `wasm` if it cannot be had.
   */
  static async open(
    { model, tables }: OpenRequest,
    { fetchFile: fetchOne, createReader }: Surroundings,
  ): Promise<Session> {
    const network = model === "plain" ? null : await openNetwork(await readModel(model, fetchOne));
    return new Session(network, new Decoders(tables, fetchOne), createReader);
  }

  /**
   * Estimates, and writes the answer to `request.result`. One call at a time.
   *
   * @returns the response that was undone.
   * @throws RangeError for pictures that cannot be placed; LightprobeError for those that cannot be read.
   */
  async run(request: EstimateRequest): Promise<Estimate["response"]> {
    const estimate = this.#estimate;
    const { timing } = estimate;
    estimate.curve = null;
    estimate.seen = 1;
    estimate.clipped = 0;
    this.#drawn = false;
    if (request.picture.kind === "radiance") this.#projectRadiance(request.picture, request.fov);
    else {
      const start = performance.now();
      const pixels = await this.#read(request.picture, request.fov);
      timing.read = performance.now() - start;
      if (this.#network) await this.#ask(this.#network, pixels, request.response, request.fov);
      else await this.#projectPixels(pixels, request.response, request.fov);
    }
    const start = performance.now();
    this.#findLight(request);
    timing.light = performance.now() - start;
    packEstimate(estimate, request.result);
    if (request.picture.kind === "radiance") return "linear";
    return this.#network ? request.response : curveOf(request.response);
  }

  async #read(picture: Exclude<Picture, { kind: "radiance" }>, fov: number | null): Promise<Pixels> {
    const input = fov === null ? this.facts.input : null;
    if (picture.kind === "file") {
      const bitmap = await decodeFile(picture.blob);
      try {
        const { width, height } = readSize(bitmap, fov, picture.largest, input);
        return this.#draw(bitmap, width, height, "high");
      } finally {
        bitmap.close();
      }
    }
    const { width, height } = picture;
    if (picture.kind === "frame") {
      try {
        return this.#draw(picture.frame, width, height, picture.quality);
      } finally {
        picture.frame.close();
      }
    }
    if (fov === null) checkPanoramaSize(picture);
    const rgba = new Uint8ClampedArray(picture.buffer);
    if (!input || (input.width === width && input.height === height)) return this.#pack(rgba, width, height);
    const bitmap = await createImageBitmap(new ImageData(rgba, width, height));
    try {
      return this.#draw(bitmap, input.width, input.height, "high");
    } finally {
      bitmap.close();
    }
  }

  #draw(frame: ImageBitmap | VideoFrame, width: number, height: number, quality: ImageSmoothingQuality): Pixels {
    this.#reader ??= this.#createReader();
    return this.#pack(this.#reader.read(frame, width, height, quality), width, height);
  }

  #pack(rgba: Uint8ClampedArray, width: number, height: number): Pixels {
    const length = 3 * width * height;
    if (this.#pixels.rgb.length !== length) this.#pixels.rgb = new Uint8Array(length);
    packRgb(rgba, this.#pixels.rgb);
    this.#pixels.width = width;
    this.#pixels.height = height;
    return this.#pixels;
  }

  async #ask(network: Network, pixels: Pixels, response: ResponseName, fov: number | null): Promise<void> {
    const { timing } = this.#estimate;
    const { byCells, input } = network.manifest;
    const start = performance.now();
    const takesCells = byCells.length > 0;
    let asked: Promise<Answer>;
    if (fov !== null) {
      const decoder = await this.#decoders.get(takesCells ? curveOf(response) : "srgb");
      const picture = { ...pixels, decoder };
      const placed = this.#place(picture, fov);
      timing.prepare = performance.now() - start;
      if (takesCells) {
        toPlanes(placed.radiance, 1 / decoder.white, this.#cells);
        toPlanes(placed.white, 1, this.#cells.subarray(CELL_VALUES));
        asked = network.ofCells(this.#cells, response);
      } else {
        const height = input?.height ?? 128;
        if (this.#shown.length !== 6 * height * height) this.#shown = new Uint8Array(6 * height * height);
        asked = network.ofPixels(
          this.#partialForming.pixels(picture, fov, height, this.#shown),
          2 * height,
          height,
          response,
        );
      }
    } else {
      const { rgb, width, height } = pixels;
      if (this.#wholeForming && (response === "auto" || response === "srgb") && isWhole(width, height)) {
        this.#estimate.clipped = this.#wholeForming.form(rgb, width, height, this.#cells);
        timing.prepare = performance.now() - start;
        asked = network.ofCells(this.#cells, response);
      } else if (takesCells && (byCells.includes(response) || width > LARGEST)) {
        this.#estimate.clipped = clippedShare(rgb, width, height);
        const decoder = await this.#decoders.get(curveOf(response));
        this.#cellForming.form(rgb, width, height, decoder, this.#cells);
        timing.prepare = performance.now() - start;
        asked = network.ofCells(this.#cells, response);
      } else {
        this.#estimate.clipped = clippedShare(rgb, width, height);
        timing.prepare = performance.now() - start;
        asked = network.ofPixels(rgb, width, height, response);
      }
    }
    this.#take(await asked, network, response);
    timing.network = performance.now() - start - timing.prepare;
  }

  /** The network's answer in the house's units. */
  #take({ coeffs, panorama, curve }: Answer, { manifest }: Network, response: ResponseName): void {
    const estimate = this.#estimate;
    estimate.coeffs.set(manifest.convention === "radiance" ? coeffs : fromConvention(coeffs, manifest.convention));
    if (panorama) {
      for (let i = 0; i < panorama.length; i++) estimate.panorama[i] = Math.max(panorama[i], 0);
    } else {
      this.#drawn = true;
      drawPanorama(estimate.coeffs, estimate.panorama);
    }
    if (!curve || response !== "auto") return;
    for (let i = 0; i < CURVE_POINTS; i++) this.#curve[i] = Math.exp(curve[i]);
    estimate.curve = this.#curve;
  }

  async #projectPixels(pixels: Pixels, response: ResponseName, fov: number | null): Promise<void> {
    const { timing } = this.#estimate;
    const start = performance.now();
    const decoder = await this.#decoders.get(curveOf(response));
    if (fov !== null) {
      this.#placeAndProject({ ...pixels, decoder }, fov, start);
      return;
    }
    const { rgb, width, height } = pixels;
    this.#estimate.clipped = clippedShare(rgb, width, height);
    if (this.#radiance.length !== rgb.length) this.#radiance = new Float32Array(rgb.length);
    decode(rgb, decoder, this.#radiance);
    timing.prepare = performance.now() - start;
    this.#project({ radiance: this.#radiance, width, height });
    timing.network = performance.now() - start - timing.prepare;
  }

  #projectRadiance(picture: Extract<Picture, { kind: "radiance" }>, fov: number | null): void {
    const { timing } = this.#estimate;
    const { width, height, channels } = picture;
    const radiance = new Float32Array(picture.buffer);
    timing.read = 0;
    const start = performance.now();
    if (fov !== null) {
      this.#placeAndProject({ radiance, channels, width, height }, fov, start);
      return;
    }
    timing.prepare = 0;
    this.#project({ radiance, channels, width, height });
    timing.network = performance.now() - start;
  }

  #placeAndProject(picture: FlatPicture, fov: number, start: number): void {
    const { timing } = this.#estimate;
    const { radiance } = this.#place(picture, fov);
    timing.prepare = performance.now() - start;
    this.#project({ radiance, ...PANORAMA });
    timing.network = performance.now() - start - timing.prepare;
  }

  #place(picture: FlatPicture, fov: number) {
    const placed = this.#partialForming.form(picture, fov);
    this.#estimate.clipped = placed.clipped;
    this.#estimate.seen = placed.seen;
    return placed;
  }

  #project(image: RadianceImage): void {
    this.#estimate.coeffs.set(project(image));
    averageToPanorama(image, this.#estimate.panorama);
  }

  #findLight({ smoothing, time, reset }: EstimateRequest): void {
    const estimate = this.#estimate;
    if (this.#drawn) directionalFit(estimate.coeffs, estimate.light);
    else dominantLight(estimate.coeffs, estimate.panorama, estimate.light);
    if (reset || smoothing === 0) this.#smoother.reset();
    this.#smoother.timeConstant = smoothing;
    if (smoothing > 0) this.#smoother.smooth(estimate, time, this.#drawn);
  }
}

/** The curve that is undone where pictures are decoded: `auto` counts as sRGB. */
const curveOf = (response: ResponseName): CurveName => (response === "auto" ? "srgb" : response);

function factsOf(network: Network | null): ModelFacts {
  if (!network) {
    const name = "plain";
    return { name, version: "", responses: RESPONSES, defaultResponse: "auto", provider: "none", input: null };
  }
  const { name, version, responses, defaultResponse, input } = network.manifest;
  return { name, version, responses, defaultResponse, provider: "wasm", input };
}
