/** The estimator on the calling thread: sends pictures to the worker, and returns its estimates. */

import { LightprobeError } from "../../errors.js";
import type { AnswerName, Estimate, ResponseName, Source } from "../../types.js";
import { checkAnswer, checkResponse, checkSmoothing } from "../protocol/checks.js";
import { type Layout, layoutOf } from "../protocol/layout.js";
import { fromFailure, type ModelFacts, type OpenRequest, type Reply } from "../protocol/messages.js";
import { emptyEstimate, NO_NOTES, RESULT_BYTES, unpackEstimate } from "../protocol/results.js";
import type { CommonOptions, Estimator, GatheringOptions } from "./estimator.js";
import { BufferPool, grab, unreadable } from "./grab.js";
import type { Port } from "./port.js";
import { LatestWins } from "./queue.js";

/** A reply of the worker, and the time that the calling thread spent on the request. */
interface TimedReply {
  response: Estimate["response"];
  answer: AnswerName;
  result: ArrayBuffer;
  notes: readonly string[];
  /** [ms] */
  main: number;
}

/**
 * Opens a model in the worker.
 *
 * @throws LightprobeError as the worker does; RangeError for a response or an answer that the model does not have. The port is closed.
 */
export async function openRemote(
  port: Port,
  request: OpenRequest | Promise<OpenRequest>,
  { response, answer, smoothing = 0 }: CommonOptions,
): Promise<Estimator> {
  try {
    const facts = await new Promise<ModelFacts>((resolve, reject) => {
      port.onFailure = reject;
      port.onReply = (reply) => {
        if (reply.type === "ready") resolve(reply.facts);
        else if (reply.type === "failed") reject(fromFailure(reply.failure));
      };
      Promise.resolve(request).then((each) => {
        const buffers = each.contents.map(({ bytes }) => bytes);
        port.post(each, buffers);
      }, reject);
    });
    const first = response ?? (facts.responses.includes("auto") ? "auto" : facts.defaultResponse);
    const made = new RemoteEstimator(port, facts, checkResponse(first, facts.responses), smoothing);
    if (answer !== undefined) made.answer = answer;
    return made;
  } catch (error) {
    port.close();
    throw error;
  }
}

class RemoteEstimator implements Estimator {
  readonly #port: Port;
  readonly #facts: ModelFacts;
  readonly #queue = new LatestWins<TimedReply>();
  readonly #pool = new BufferPool();
  #result = new ArrayBuffer(RESULT_BYTES);
  #pending: { resolve: (reply: Reply & { type: "estimate" }) => void; reject: (error: Error) => void } | null = null;
  #response: ResponseName;
  #answer: AnswerName = "balanced";
  #smoothing: number;
  #reset = false;
  #gone: LightprobeError | null = null;

  constructor(port: Port, facts: ModelFacts, response: ResponseName, smoothing: number) {
    this.#port = port;
    this.#facts = facts;
    this.#response = response;
    this.#smoothing = smoothing;
    port.onReply = (reply) => this.#receive(reply);
    port.onFailure = (error) => this.#end(error);
  }

  get model(): string {
    return this.#facts.name;
  }

  get version(): string {
    return this.#facts.version;
  }

  get responses(): readonly ResponseName[] {
    return this.#facts.responses;
  }

  get provider(): "wasm" | "none" {
    return this.#facts.provider;
  }

  get response(): ResponseName {
    return this.#response;
  }

  set response(response: ResponseName) {
    this.#response = checkResponse(response, this.responses);
  }

  get answers(): readonly AnswerName[] {
    return this.#facts.answers;
  }

  get answer(): AnswerName | null {
    return this.answers.length > 0 ? this.#answer : null;
  }

  set answer(answer: AnswerName | null) {
    if (answer !== null) this.#answer = checkAnswer(answer, this.answers);
  }

  get smoothing(): number {
    return this.#smoothing;
  }

  set smoothing(seconds: number) {
    this.#smoothing = checkSmoothing(seconds);
  }

  async estimate(source: Source, options: GatheringOptions = {}): Promise<Estimate> {
    const called = performance.now();
    if (this.#gone) throw this.#gone;
    if (options.response !== undefined) checkResponse(options.response, this.responses);
    if (options.response !== undefined && "radiance" in Object(source)) {
      throw new RangeError(
        `expected no response for radiance, which is linear, got '${options.response}'; leave it out`,
      );
    }
    if (options.answer !== undefined) checkAnswer(options.answer, this.answers);
    const layout = layoutOf(options);
    const { size } = options;
    if (size !== undefined && !(Number.isInteger(size) && size >= 2)) {
      throw new RangeError(`expected a width of 2 pixels or more, got ${size}; 256 suits most pictures`);
    }
    return this.#queue.add(
      () => this.#ask(source, layout, options),
      ({ response, answer, result, notes, main }) => {
        const estimate = unpackEstimate(result, options.target ?? emptyEstimate());
        estimate.response = response;
        estimate.answer = estimate.uncertainty === null ? null : answer;
        estimate.notes = notes;
        estimate.timing.main = main;
        estimate.timing.total = performance.now() - called;
        options.gatherer?.receive(result);
        return estimate;
      },
    );
  }

  reset(): void {
    this.#reset = true; // sent with the next picture, so that one under way is not affected
  }

  dispose(): void {
    this.#end(new LightprobeError("disposed", "the estimator was disposed of; create another"));
  }

  async #ask(source: Source, layout: Layout, options: GatheringOptions): Promise<TimedReply> {
    const start = performance.now();
    const answer = options.answer ?? this.#answer;
    const time = options.time ?? start / 1000;
    const surround = options.gatherer?.next();
    const grabbing = grab(source, { layout, size: options.size ?? null, input: this.#facts.input }, this.#pool);
    let main = performance.now() - start;
    const { picture, transfer } = grabbing instanceof Promise ? await grabbing : grabbing;
    if (this.#gone) {
      if (picture.kind === "frame") picture.frame.close();
      throw this.#gone;
    }
    const posting = performance.now();
    const reply = await new Promise<Reply & { type: "estimate" }>((resolve, reject) => {
      this.#pending = { resolve, reject };
      const response = options.response ?? this.#response;
      const [smoothing, reset, result] = [this.#smoothing, this.#reset, this.#result];
      transfer.push(result);
      try {
        this.#port.post(
          { type: "estimate", picture, layout, response, answer, smoothing, time, reset, surround, result },
          transfer,
        );
        this.#reset = false;
      } catch (error) {
        this.#pending = null;
        reject(unreadable(source, error)); // pictures of other origins cannot be posted
      }
      main += performance.now() - posting;
    });
    return { response: reply.response, answer, result: reply.result, notes: reply.notes ?? NO_NOTES, main };
  }

  #receive(reply: Reply): void {
    const pending = this.#pending;
    if (!pending || reply.type === "ready") return;
    this.#pending = null;
    if (reply.buffer) this.#pool.give(reply.buffer);
    if (reply.result) this.#result = reply.result;
    if (reply.type === "estimate") pending.resolve(reply);
    else pending.reject(fromFailure(reply.failure));
  }

  #end(error: LightprobeError): void {
    if (this.#gone) return;
    this.#gone = error;
    this.#port.close();
    this.#queue.fail(error);
    this.#pending?.reject(error);
    this.#pending = null;
  }
}
