/** Checks of options that both sides of the worker use. */

import { RESPONSES } from "../../picture/curves/decoder.js";
import type { AnswerName, ResponseName } from "../../types.js";

/** All answers; the second is the one that networks give by themselves. */
export const ANSWERS: readonly AnswerName[] = ["best", "balanced", "median"];

/**
 * Returns the response if the model accepts it.
 *
 * @throws RangeError otherwise.
 */
export function checkResponse(response: ResponseName, known: readonly ResponseName[] = RESPONSES): ResponseName {
  if (known.includes(response)) return response;
  throw new RangeError(`expected a response of ${known.join(", ")}, got '${response}'; choose one of these`);
}

/**
 * Returns the answer if the model has it.
 *
 * @param known - the model's answers; none where it has one only.
 * @throws RangeError otherwise.
 */
export function checkAnswer(answer: AnswerName, known: readonly AnswerName[] = ANSWERS): AnswerName {
  if (known.includes(answer)) return answer;
  if (known.length > 0) throw new RangeError(`expected an answer of ${known.join(", ")}, got '${answer}'; choose one`);
  throw new RangeError(`expected no answer by name, for this model has one, got '${answer}'; leave it out`);
}

/**
 * Returns the time constant [s] if it is valid.
 *
 * @throws RangeError if it is negative or not finite.
 */
export function checkSmoothing(seconds: number): number {
  if (Number.isFinite(seconds) && seconds >= 0) return seconds;
  throw new RangeError(`expected a time constant ≥ 0 seconds, got ${seconds}; 0.3 suits a live view`);
}
