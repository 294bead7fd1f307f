/** One open model: pictures in, estimates out, step by step, each step timed. Runs in the worker, and without one in tests. */

import { curveOf, RESPONSES } from "../../picture/curves/decoder.js";
import { Decoders } from "../../picture/curves/decoders.js";
import { PartialPictures } from "../../picture/partial/partial.js";
import { directionalFit, dominantLight } from "../../sphere/light.js";
import type { Estimate, RadianceImage } from "../../types.js";
import type { EstimateRequest, ModelFacts, OpenRequest, Picture } from "../protocol/messages.js";
import { emptyEstimate, packEstimate } from "../protocol/results.js";
import { Smoother } from "../smoother.js";
import type { LightPath } from "./light-path.js";
import { type fetchFile, readModel } from "./model/files.js";
import type { Manifest } from "./model/manifest.js";
import { openNetwork } from "./model/network.js";
import { NetworkPath } from "./network-path.js";
import { PixelReader } from "./pixels.js";
import { PlainPath } from "./plain-path.js";
import type { FrameReader } from "./reader.js";

/** Injected, so that a session also runs without a browser. */
export interface Dependencies {
  fetchFile: typeof fetchFile;
  createReader: () => FrameReader;
}

/** A model that is ready to run, and what is kept from picture to picture. */
export class Session {
  readonly facts: ModelFacts;
  readonly #pixels: PixelReader;
  readonly #plain: PlainPath;
  readonly #network: NetworkPath | null;
  readonly #estimate = emptyEstimate();
  readonly #smoother = new Smoother(0);

  private constructor(facts: ModelFacts, pixels: PixelReader, plain: PlainPath, network: NetworkPath | null) {
    this.facts = facts;
    this.#pixels = pixels;
    this.#plain = plain;
    this.#network = network;
  }

  /**
   * A session with a model.
   *
   * @throws LightprobeError `model` or `wasm` if it cannot be loaded.
   */
  static async open({ model, tables }: OpenRequest, dependencies: Dependencies): Promise<Session> {
    const { fetchFile: fetchOne, createReader } = dependencies;
    const network = model === "plain" ? null : await openNetwork(await readModel(model, fetchOne));
    const facts = network ? factsOf(network.manifest) : PLAIN;
    const decoders = new Decoders(tables, fetchOne);
    const partial = new PartialPictures();
    return new Session(
      facts,
      new PixelReader(createReader, facts.input),
      new PlainPath(decoders, partial),
      network && new NetworkPath(network, decoders, partial),
    );
  }

  /**
   * Estimates, and writes the estimate to `request.result`. One call at a time.
   *
   * @returns the response that was undone.
   * @throws RangeError for panoramas that are not 2:1, and for a field of view outside 1…170; LightprobeError `source` for
   * pictures that cannot be read, `model` if the network or the tables of a curve fail.
   */
  async run(request: EstimateRequest): Promise<Estimate["response"]> {
    const { picture, response } = request;
    const estimate = this.#estimate;
    estimate.curve = null;
    estimate.seen = 1;
    estimate.clipped = 0;
    estimate.timing.read = 0;
    if (picture.kind === "radiance") {
      await this.#runPath(this.#plain, radianceOf(picture), request);
      return "linear";
    }
    const start = performance.now();
    const pixels = await this.#pixels.read(picture, request.fov);
    estimate.timing.read = performance.now() - start;
    await this.#runPath(this.#network ?? this.#plain, pixels, request);
    return this.#network ? response : curveOf(response);
  }

  async #runPath<Image>(path: LightPath<Image>, image: Image, request: EstimateRequest): Promise<void> {
    const estimate = this.#estimate;
    const { timing } = estimate;
    const start = performance.now();
    await path.prepare(image, request.response, request.fov, estimate);
    const prepared = performance.now();
    timing.prepare = prepared - start;
    await path.solve(request.response, estimate);
    const solved = performance.now();
    timing.network = solved - prepared;
    this.#findLight(path.hasPanorama, request);
    timing.light = performance.now() - solved;
    packEstimate(estimate, request.result);
  }

  #findLight(hasPanorama: boolean, { smoothing, time, reset }: EstimateRequest): void {
    const estimate = this.#estimate;
    if (hasPanorama) dominantLight(estimate.coeffs, estimate.panorama, estimate.light);
    else directionalFit(estimate.coeffs, estimate.light);
    if (reset || smoothing === 0) this.#smoother.reset();
    this.#smoother.timeConstant = smoothing;
    if (smoothing > 0) this.#smoother.smooth(estimate, time, !hasPanorama);
  }
}

function radianceOf({
  buffer,
  width,
  height,
  channels,
}: Extract<Picture, { kind: "radiance" }>): Required<RadianceImage> {
  return { radiance: new Float32Array(buffer), width, height, channels };
}

const PLAIN: ModelFacts = {
  name: "plain",
  version: "",
  responses: RESPONSES,
  defaultResponse: "auto",
  provider: "none",
  input: null,
};

const factsOf = ({ name, version, responses, defaultResponse, input }: Manifest): ModelFacts => ({
  name,
  version,
  responses,
  defaultResponse,
  provider: "wasm",
  input: input.name === "image" ? input.size : null,
});
