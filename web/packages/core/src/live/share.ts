/** One estimator, and its worker, for several sources. */

import { LightprobeError } from "../errors.js";
import type { EstimateOptions, Estimator } from "../estimator/client/estimator.js";
import { LatestWins } from "../estimator/client/queue.js";
import { checkSmoothing } from "../estimator/protocol/checks.js";
import { Smoother } from "../estimator/smoother.js";
import type { AnswerName, Estimate, ResponseName, Source } from "../types.js";
import { copyEstimate } from "./copy.js";

/**
 * A view of an estimator for one of several sources. The sources take turns, and the latest frame of each wins; a single estimator
 * would answer all of them with the newest frame of any.
 *
 * Each view smooths its own source. `dispose` ends the view alone.
 */
export function shareEstimator(estimator: Estimator): Estimator {
  return new Turn(estimator);
}

/** The end of the last call to each estimator. */
const turns = /* @__PURE__ */ new WeakMap<Estimator, Promise<unknown>>();

class Turn implements Estimator {
  readonly #estimator: Estimator;
  readonly #queue = new LatestWins<Estimate>();
  readonly #smoother = new Smoother(0);
  response: ResponseName;
  answer: AnswerName | null;

  constructor(estimator: Estimator) {
    this.#estimator = estimator;
    this.response = estimator.response;
    this.answer = estimator.answer;
  }

  get model(): string {
    return this.#estimator.model;
  }

  get version(): string {
    return this.#estimator.version;
  }

  get responses(): readonly ResponseName[] {
    return this.#estimator.responses;
  }

  get answers(): readonly AnswerName[] {
    return this.#estimator.answers;
  }

  get provider(): "wasm" | "none" {
    return this.#estimator.provider;
  }

  get smoothing(): number {
    return this.#smoother.timeConstant;
  }

  set smoothing(seconds: number) {
    this.#smoother.timeConstant = checkSmoothing(seconds);
  }

  estimate(source: Source, { target, time, ...options }: EstimateOptions = {}): Promise<Estimate> {
    const response = options.response ?? ("radiance" in Object(source) ? undefined : this.response);
    const answer = options.answer ?? this.answer ?? undefined;
    const start = (): Promise<Estimate> => {
      const before = turns.get(this.#estimator) ?? Promise.resolve();
      const call = before.then(() => this.#estimator.estimate(source, { ...options, response, answer }));
      turns.set(
        this.#estimator,
        call.catch(() => undefined), // its own caller gets the error
      );
      return call;
    };
    return this.#queue.add(start, (found) => {
      const estimate = target ? copyEstimate(found, target) : found;
      if (this.smoothing > 0) this.#smoother.smooth(estimate, time ?? performance.now() / 1000);
      return estimate;
    });
  }

  reset(): void {
    this.#smoother.reset();
  }

  dispose(): void {
    this.#queue.fail(new LightprobeError("disposed", "the estimator was disposed of; create another"));
  }
}
