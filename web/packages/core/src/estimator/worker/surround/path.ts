/** The path of surrounds: a frame in, the light of all frames out. */

import { LightprobeError } from "../../../errors.js";
import { curveOf } from "../../../picture/curves/decoder.js";
import type { Decoders } from "../../../picture/curves/decoders.js";
import type { Part } from "../../../picture/partial/crop.js";
import type { PanoramaFacts } from "../../../sphere/light.js";
import type { Estimate, ResponseName } from "../../../types.js";
import type { SurroundFrame } from "../../protocol/messages.js";
import { SURROUND_AT } from "../../protocol/results.js";
import type { NativePixels } from "../cells/cells.js";
import type { Level, LightPath } from "../light-path.js";
import type { Network } from "../model/network.js";
import type { NativeModule } from "../native/module.js";
import type { Pixels } from "../pixels.js";
import { Completion } from "./completion.js";
import { type Known, makeKnown } from "./exposures.js";
import { Gathering } from "./gathering.js";
import { Blocks, type FramePixels } from "./look/blocks.js";
import { makeGrid } from "./look/grid.js";
import { Pace } from "./pace.js";

/** What a session has that a surround needs. */
export interface SessionParts {
  decoders: Decoders;
  /** Null for `plain`, as is its module. */
  network: Network | null;
  module: NativeModule | null;
}

/** One surround. */
class SurroundPath implements LightPath<NativePixels | Pixels> {
  readonly hasPanorama = true;
  readonly facts: PanoramaFacts = {};
  readonly id: number;
  readonly #parts: SessionParts;
  readonly #rows: number;
  readonly #gathering: Gathering;
  readonly #known: Known;
  readonly #completion: Completion;
  readonly #blocks = new Blocks();
  readonly #pace = new Pace();
  /** Of the frame that comes next. */
  #frame: SurroundFrame;

  constructor(parts: SessionParts, frame: SurroundFrame) {
    const { id, rows, fade, tremble } = frame;
    const grid = makeGrid(rows);
    this.id = id;
    this.#parts = parts;
    this.#rows = rows;
    this.#known = makeKnown(grid.count);
    this.#gathering = new Gathering(grid, fade, tremble);
    this.#completion = new Completion(grid, parts.network, this.#known);
    this.#frame = frame;
  }

  set frame(frame: SurroundFrame) {
    this.#frame = frame;
  }

  async prepare(image: NativePixels | Pixels, response: ResponseName, part: Part | null): Promise<void> {
    const decoder = await this.#parts.decoders.get(curveOf(response));
    this.#blocks.average(this.#bytesOf(image), decoder, part as number, this.#rows);
    this.#gathering.add(this.#blocks, this.#frame.orientation, this.#frame.time);
    this.#gathering.recall(this.#known);
  }

  async solve(_response: ResponseName, level: Level, estimate: Estimate): Promise<void> {
    await this.#completion.complete(level, estimate);
    this.#pace.limit(estimate, this.#gathering.time);
    if (this.#parts.network) this.facts.seen = estimate.seen;
  }

  /** Writes radiance and seen share of all cells behind an estimate; returns the buffer, or a larger one. */
  pack(result: ArrayBuffer): ArrayBuffer {
    const { radiance, weight } = this.#known;
    const bytes = 4 * (SURROUND_AT + radiance.length + weight.length);
    const buffer = result.byteLength === bytes ? result : new ArrayBuffer(bytes);
    const values = new Float32Array(buffer);
    if (buffer !== result) values.set(new Float32Array(result, 0, SURROUND_AT));
    values.set(radiance, SURROUND_AT);
    for (let cell = 0, at = SURROUND_AT + radiance.length; cell < weight.length; cell++, at++) {
      values[at] = Math.min(weight[cell], 1);
    }
    return buffer;
  }

  #bytesOf(image: NativePixels | Pixels): FramePixels {
    const { width, height } = image;
    if ("rgb" in image) return { bytes: image.rgb, step: 3, width, height };
    const memory = (this.#parts.module as NativeModule).buffer;
    return { bytes: new Uint8Array(memory, image.at, 4 * width * height), step: 4, width, height };
  }
}

/** The surround of a session, of which there is one at a time. */
export class Surrounds {
  readonly #parts: SessionParts;
  #path: SurroundPath | null = null;

  /** @throws LightprobeError `model` for a network that takes no cells, or gives no panorama. */
  constructor(parts: SessionParts) {
    const { network } = parts;
    if (network && !(network.inputs && network.manifest.hasPanorama)) {
      throw new LightprobeError(
        "model",
        `expected a model that takes cells and gives a panorama for a surround, got ${network.manifest.name}; use another`,
      );
    }
    this.#parts = parts;
  }

  /**
   * The path of a frame's surround; a new one takes the place of the last.
   *
   * @throws RangeError for a surround that has lost its place.
   */
  at(frame: SurroundFrame): SurroundPath {
    if (!this.#path || this.#path.id < frame.id) this.#path = new SurroundPath(this.#parts, frame);
    if (this.#path.id > frame.id) {
      throw new RangeError("a newer surround has taken the place of this one; use an estimator for each");
    }
    this.#path.frame = frame;
    return this.#path;
  }
}
