/** What the calling thread and the worker say to each other; at most one estimate is on its way at a time. */

import type { ErrorCode } from "../../errors.js";
import { LightprobeError } from "../../errors.js";
import type { TableUrls } from "../../picture/curves/decoders.js";
import type { Estimate, ResponseName } from "../../types.js";

/** Where a model's files lie. */
export interface ModelUrls {
  manifest: string;
  /** Where it is not beside the manifest, under the name that stands there: bundlers rename files. */
  model: string | null;
}

/** Pixels on their way to the worker. */
export type Picture =
  | { kind: "frame"; frame: ImageBitmap | VideoFrame; width: number; height: number; quality: ImageSmoothingQuality }
  | { kind: "file"; blob: Blob; largest: number }
  | { kind: "pixels"; buffer: ArrayBuffer; width: number; height: number }
  | { kind: "radiance"; buffer: ArrayBuffer; width: number; height: number; channels: 3 | 4 };

/** To the worker, first. */
export interface OpenRequest {
  type: "open";
  model: ModelUrls | "plain";
  tables: TableUrls;
}

/** To the worker, again and again. */
export interface EstimateRequest {
  type: "estimate";
  picture: Picture;
  /** Horizontal field of view [°] of a perspective picture; null for a panorama. */
  fov: number | null;
  response: ResponseName;
  /** Time constant [s]. */
  smoothing: number;
  /** Of the picture [s]. */
  time: number;
  /** Forget earlier pictures before this one. */
  reset: boolean;
  /** To be filled (results.ts) and sent back. */
  result: ArrayBuffer;
}

export type Request = OpenRequest | EstimateRequest;

/** What is known of a model when it is ready. */
export interface ModelFacts {
  name: string;
  version: string;
  responses: readonly ResponseName[];
  /** What is told where the caller tells nothing. */
  defaultResponse: ResponseName;
  provider: "wasm" | "none";
  /** Size of the pictures that it takes [pixels], where it is not free. */
  input: { width: number; height: number } | null;
}

/** An error that crosses between threads. */
export interface Failure {
  kind: "LightprobeError" | "RangeError" | "TypeError";
  code: ErrorCode;
  message: string;
}

/** From the worker. */
export type Reply =
  | { type: "ready"; facts: ModelFacts }
  | { type: "estimate"; response: Estimate["response"]; result: ArrayBuffer; buffer: ArrayBuffer | null }
  | { type: "failed"; failure: Failure; result: ArrayBuffer | null; buffer: ArrayBuffer | null };

/** An error, to be sent. What nobody foresaw counts as the worker's. */
export function toFailure(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof LightprobeError) return { kind: "LightprobeError", code: error.code, message };
  if (error instanceof RangeError) return { kind: "RangeError", code: "worker", message };
  if (error instanceof TypeError) return { kind: "TypeError", code: "worker", message };
  return { kind: "LightprobeError", code: "worker", message };
}

/** An error that has been sent. */
export function fromFailure({ kind, code, message }: Failure): Error {
  if (kind === "RangeError") return new RangeError(message);
  if (kind === "TypeError") return new TypeError(message);
  return new LightprobeError(code, message);
}
