/** One open model: pictures in, estimates out, step by step, each step timed. Runs in the worker, and without one in tests. */

import { curveOf, RESPONSES } from "../../picture/curves/decoder.js";
import { Decoders } from "../../picture/curves/decoders.js";
import type { Part } from "../../picture/partial/crop.js";
import { directionalFit, dominantLight, type PanoramaFacts } from "../../sphere/light.js";
import type { Estimate } from "../../types.js";
import { ANSWERS } from "../protocol/checks.js";
import { isSaid, type Layout, saidPart } from "../protocol/layout.js";
import type { EstimateRequest, ModelFacts, OpenRequest, Picture, SurroundFrame } from "../protocol/messages.js";
import { emptyEstimate, NO_NOTES, packEstimate } from "../protocol/results.js";
import { Smoother } from "../smoother.js";
import { CellInput } from "./cells/cell-input.js";
import type { NativePixels } from "./cells/cells.js";
import { NativeReader } from "./cells/frames.js";
import { ExactParts, type LoadExtras } from "./exact.js";
import type { LightPath } from "./light-path.js";
import { type fetchFile, readModel } from "./model/files.js";
import type { Manifest } from "./model/manifest.js";
import { openNetwork } from "./model/network.js";
import { fetchNative } from "./native/module.js";
import { type NetworkInput, NetworkPath } from "./network-path.js";
import type { PictureReader, Pixels } from "./pixels.js";
import type { WorkerRadiance } from "./radiance.js";
import type { FrameReader } from "./reader.js";
import type { Still } from "./still/still.js";
import type { SessionParts, Surrounds } from "./surround/path.js";

/** Injected, so that a session also runs without a browser. */
export interface Dependencies {
  fetchFile: typeof fetchFile;
  createReader: () => FrameReader;
  /** Loads the code that frames and the shipped network do not need, when it is first used. */
  loadExtras: LoadExtras;
  /** Loads the code of surrounds from an address. */
  loadSurround: (url: string) => Promise<typeof import("./entry/surround.js")>;
}

/** What a session says beside the numbers. */
export type Said = Pick<Estimate, "response" | "notes">;

/** How display values are read, and what estimates from them: what the one makes, the other takes. */
interface Display<Image> {
  reader: PictureReader<Image>;
  path: LightPath<Image | Still>;
  hasNetwork: boolean;
}

/** A model that is ready to run, and what is kept from picture to picture. */
export class Session {
  readonly facts: ModelFacts;
  readonly #display: Display<Pixels | NativePixels>;
  readonly #estimate = emptyEstimate();
  readonly #smoother = new Smoother(0);
  readonly #exact: ExactParts;
  readonly #dependencies: Dependencies;
  readonly #parts: SessionParts;
  #surrounds: Surrounds | null = null;

  private constructor(
    facts: ModelFacts,
    display: Display<Pixels | NativePixels>,
    exact: ExactParts,
    parts: SessionParts,
    dependencies: Dependencies,
  ) {
    this.facts = facts;
    this.#display = display;
    this.#exact = exact;
    this.#parts = parts;
    this.#dependencies = dependencies;
  }

  /**
   * A session with a model.
   *
   * @throws LightprobeError `model` or `wasm` if it cannot be loaded.
   */
  static async open(request: OpenRequest, dependencies: Dependencies): Promise<Session> {
    const { model, wasm, tables, onnxruntime } = request;
    const { fetchFile: fetchOne, createReader, loadExtras } = dependencies;
    const decoders = new Decoders(async (name) => (await loadExtras()).tabulatedDecoder(name, tables, fetchOne));
    const exact = new ExactParts(decoders, loadExtras);
    if (model === "plain") {
      const { PixelReader } = await loadExtras();
      const { plain } = await exact.get();
      const display: Display<Pixels> = { reader: new PixelReader(createReader, null), path: plain, hasNetwork: false };
      return new Session(PLAIN, display, exact, { decoders, network: null, module: null }, dependencies);
    }
    const [files, module] = await Promise.all([readModel(model, fetchOne), fetchNative(wasm, fetchOne)]);
    const network = await openNetwork(files, module, async () =>
      (await loadExtras()).openGraph(files, module, onnxruntime),
    );
    const { manifest, inputs } = network;
    const facts = factsOf(manifest);
    const parts: SessionParts = { decoders, network, module };
    const convert = manifest.convention === "radiance" ? null : (await loadExtras()).fromConvention;
    const displayOf = <Image>(reader: PictureReader<Image>, input: NetworkInput<Image>): Display<Image> => {
      return { reader, path: new NetworkPath(manifest, input, convert), hasNetwork: true };
    };
    if (inputs) {
      const partial = async () => (await exact.get()).partial;
      const input = new CellInput(network, inputs, module, decoders, partial);
      return new Session(facts, displayOf(new NativeReader(module, createReader), input), exact, parts, dependencies);
    }
    const { PictureInput, PixelReader } = await loadExtras();
    const input = new PictureInput(network, decoders, (await exact.get()).partial);
    return new Session(facts, displayOf(new PixelReader(createReader, facts.input), input), exact, parts, dependencies);
  }

  /**
   * Estimates, and writes the estimate to `request.result`. One call at a time.
   *
   * @returns the response that was undone, and the notes.
   * @throws RangeError for panoramas that are not 2:1, and for a field of view outside 1…170; LightprobeError `source` for
   * pictures that cannot be read, `model` if the network or the tables of a curve fail.
   */
  async run(request: EstimateRequest): Promise<Said> {
    const { picture, layout } = request;
    const estimate = this.#estimate;
    estimate.curve = null;
    estimate.uncertainty = null;
    estimate.seen = 1;
    estimate.clipped = 0;
    estimate.timing.read = 0;
    if (picture.kind === "file") return this.#runFile(picture, request);
    if (picture.kind === "radiance") {
      const { cutRadiance } = await this.#dependencies.loadExtras();
      const radiance = cutRadiance(radianceOf(picture), layout.stereo);
      const { plain } = await this.#exact.get();
      await this.#runPath(plain, radiance, request, saidPart(layout, radiance));
      this.#finish(true, request);
      return { response: "linear", notes: NO_NOTES };
    }
    const start = performance.now();
    const isStill = picture.kind === "frame" && picture.quality === "high";
    const looked = isStill && !isSaid(layout) ? await this.#look(picture, layout) : null;
    const pixels = await this.#display.reader.read(picture, layout);
    estimate.timing.read = performance.now() - start;
    if (request.surround) return this.#runSurround(pixels, request, request.surround);
    return this.#runDisplay(pixels, request, looked?.part ?? saidPart(layout, pixels), looked?.notes ?? NO_NOTES);
  }

  /** Looks at an image of the page, and takes one eye of it if it has two. Closes it if it is refused. */
  async #look(
    picture: Extract<Picture, { kind: "frame" }>,
    layout: Layout,
  ): Promise<{ part: Part | null; notes: string[] }> {
    try {
      const { lookAtImage } = await this.#dependencies.loadExtras();
      const found = lookAtImage(picture.frame, layout);
      if (found.eye) picture.eye = found.eye;
      return found;
    } catch (error) {
      picture.frame.close();
      throw error;
    }
  }

  async #runFile(picture: Extract<Picture, { kind: "file" }>, request: EstimateRequest): Promise<Said> {
    const start = performance.now();
    const { openFile } = await this.#dependencies.loadExtras();
    const file = await openFile(picture, request.layout);
    try {
      const { still, part, notes } = file;
      if (still?.hdr) return await this.#runHdr(still, request, part, notes, performance.now() - start);
      const pixels = still ?? (await this.#display.reader.readFile(file));
      this.#estimate.timing.read = performance.now() - start;
      return await this.#runDisplay(pixels, request, part, notes);
    } finally {
      file.close();
    }
  }

  /** Display values. */
  async #runDisplay(
    image: Pixels | NativePixels | Still,
    request: EstimateRequest,
    part: Part | null,
    notes: readonly string[],
  ): Promise<Said> {
    const { path, hasNetwork } = this.#display;
    await this.#runPath(path, image, request, part);
    this.#finish(path.hasPanorama, request, path.facts);
    return { response: hasNetwork ? request.response : curveOf(request.response), notes };
  }

  /** The light of all frames of a surround, of which this is the newest. */
  async #runSurround(image: Pixels | NativePixels, request: EstimateRequest, frame: SurroundFrame): Promise<Said> {
    if (!this.#surrounds) {
      const { Surrounds } = await this.#dependencies.loadSurround(frame.script);
      this.#surrounds ??= new Surrounds(this.#parts);
    }
    const path = this.#surrounds.at(frame);
    await this.#runPath(path, image, request, saidPart(request.layout, image));
    this.#finish(true, request, path.facts);
    request.result = path.pack(request.result);
    return { response: this.#display.hasNetwork ? request.response : curveOf(request.response), notes: NO_NOTES };
  }

  /** Radiance from a file, projected exactly; the network adds the light that even that has lost. */
  async #runHdr(
    still: Still,
    request: EstimateRequest,
    part: Part | null,
    notes: readonly string[],
    read: number,
  ): Promise<Said> {
    const estimate = this.#estimate;
    const { path, hasNetwork } = this.#display;
    const { plain, partial } = await this.#exact.get();
    let guess: Float32Array | null = null;
    estimate.timing.read = read;
    await this.#runPath(plain, still, request, part);
    const brightest = Number((still.hdr?.brightest ?? 0).toPrecision(3));
    const said = [...notes, `The gain map was applied: radiance up to ${brightest} times display white`];
    if (hasNetwork && still.hdr?.hasWhite) {
      const start = performance.now();
      const response = this.facts.responses.includes("srgb") ? "srgb" : this.facts.defaultResponse;
      const { complete } = await this.#dependencies.loadExtras();
      guess = await complete(
        path,
        { still, response, answer: request.answer, part },
        this.#exact.decoders,
        partial,
        estimate,
      );
      estimate.timing.network += performance.now() - start;
      const share = Number((100 * estimate.clipped).toPrecision(2));
      said.push(`In ${share} % of the sphere, the file has lost light, which was estimated`);
    }
    this.#finish(true, request, { guess });
    return { response: "linear", notes: said };
  }

  async #runPath<Image>(
    path: LightPath<Image>,
    image: Image,
    request: EstimateRequest,
    part: Part | null,
  ): Promise<void> {
    const estimate = this.#estimate;
    const { timing } = estimate;
    const start = performance.now();
    await path.prepare(image, request.response, part, estimate);
    const prepared = performance.now();
    timing.prepare = prepared - start;
    await path.solve(request.response, request.answer, estimate);
    timing.network = performance.now() - prepared;
  }

  /** Finds the dominant light, smooths, and writes the result. */
  #finish(hasPanorama: boolean, { smoothing, time, reset, result }: EstimateRequest, facts?: PanoramaFacts): void {
    const start = performance.now();
    const estimate = this.#estimate;
    const { coeffs, panorama, light } = estimate;
    if (hasPanorama) dominantLight(coeffs, panorama, light, facts);
    else directionalFit(coeffs, light);
    if (reset || smoothing === 0) this.#smoother.reset();
    this.#smoother.timeConstant = smoothing;
    if (smoothing > 0) this.#smoother.smooth(estimate, time, !hasPanorama);
    estimate.timing.light = performance.now() - start;
    packEstimate(estimate, result);
  }
}

function radianceOf({
  buffer,
  width,
  height,
  channels,
  coeffs,
}: Extract<Picture, { kind: "radiance" }>): WorkerRadiance {
  return { radiance: new Float32Array(buffer), width, height, channels, coeffs };
}

const PLAIN: ModelFacts = {
  name: "plain",
  version: "",
  responses: RESPONSES,
  defaultResponse: "auto",
  answers: [],
  provider: "none",
  input: null,
};

const factsOf = ({ name, version, responses, defaultResponse, input, hasAnswers }: Manifest): ModelFacts => ({
  name,
  version,
  responses,
  defaultResponse,
  answers: hasAnswers ? ANSWERS : [],
  provider: "wasm",
  input: input.name === "image" ? input.size : null,
});
