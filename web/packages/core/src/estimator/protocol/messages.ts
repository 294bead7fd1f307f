/** Messages between the calling thread and the worker; at most one estimate is under way at a time. */

import type { ErrorCode } from "../../errors.js";
import { LightprobeError } from "../../errors.js";
import type { TableUrls } from "../../picture/curves/tables.js";
import type { AnswerName, Estimate, ResponseName } from "../../types.js";
import type { Layout } from "./layout.js";
import type { Rect } from "./sizes.js";

/** Addresses of a model's files. */
export interface ModelUrls {
  manifest: string;
  /** Of model.bin; null if it lies beside the manifest, under the name in it. Bundlers move and rename files. */
  model: string | null;
}

/** A picture as it is sent to the worker. */
export type Picture =
  | {
      kind: "frame";
      frame: ImageBitmap | VideoFrame;
      /** Size at which it is drawn. */
      width: number;
      height: number;
      /** Whether the caller chose the size: otherwise it may be read at its own. */
      isSizeGiven: boolean;
      /** The part of it that is the picture; null for all. */
      eye: Rect | null;
      quality: ImageSmoothingQuality;
    }
  | { kind: "file"; blob: Blob; largest: number; isSizeGiven: boolean }
  | { kind: "pixels"; buffer: ArrayBuffer; width: number; height: number }
  | {
      kind: "radiance";
      buffer: ArrayBuffer;
      width: number;
      height: number;
      channels: 3 | 4;
      /** Known coefficients. */
      coeffs?: Float32Array;
    };

/** Where a camera looks [°]. Convention: spec/SURROUND.md#orientation. */
export interface Orientation {
  /** To the right. */
  yaw: number;
  /** Up. */
  pitch: number;
  /** The camera's right side goes down. */
  roll: number;
}

/** What a surround says about one of its frames. */
export interface SurroundFrame {
  /** Address of the code. */
  script: string;
  /** Number of the surround; newer ones have larger ones. */
  id: number;
  /** Null where it is to be found from the picture. */
  orientation: Orientation | null;
  /** [s] */
  time: number;
  /** Rows of cells. */
  rows: number;
  /** Time constant with which frames lose weight [s]. */
  fade: number;
  /** Error that orientations are expected to have [°]. */
  tremble: number;
}

/** A file that the calling thread has fetched already. */
export interface Content {
  url: string;
  bytes: ArrayBuffer;
}

/** The first message to the worker. */
export interface OpenRequest {
  type: "open";
  model: ModelUrls | "plain";
  /** Address of lightprobe.wasm. */
  wasm: string;
  tables: TableUrls;
  /** Address of the code that few pages need; null where the worker holds it. */
  extras: string | null;
  /** Address of onnxruntime-web; null if there is none. */
  onnxruntime: string | null;
  /** Files that the worker need not fetch. */
  contents: readonly Content[];
}

/** Asks the worker for one estimate. */
export interface EstimateRequest {
  type: "estimate";
  picture: Picture;
  layout: Layout;
  response: ResponseName;
  answer: AnswerName;
  /** Time constant [s]. */
  smoothing: number;
  /** Of the picture [s]. */
  time: number;
  /** Forget earlier pictures before this one. */
  reset: boolean;
  /** The picture is a frame of a surround, whose light is asked for. */
  surround?: SurroundFrame;
  /** Filled by the worker (results.ts) and sent back. */
  result: ArrayBuffer;
}

export type Request = OpenRequest | EstimateRequest;

/** Facts about an open model. */
export interface ModelFacts {
  name: string;
  version: string;
  responses: readonly ResponseName[];
  /** Used where the caller gives none. */
  defaultResponse: ResponseName;
  /** Its answers; empty where it has one only. */
  answers: readonly AnswerName[];
  provider: "wasm" | "none";
  /** Size of the panoramas that it takes [pixels]; null where any will do. */
  input: { width: number; height: number } | null;
}

/** An error in a message. */
export interface Failure {
  kind: "LightprobeError" | "RangeError" | "TypeError";
  code: ErrorCode;
  message: string;
}

/** Messages from the worker. */
export type Reply =
  | { type: "ready"; facts: ModelFacts }
  | {
      type: "estimate";
      response: Estimate["response"];
      result: ArrayBuffer;
      /** Only where there are any. */
      notes?: readonly string[];
      buffer: ArrayBuffer | null;
    }
  | { type: "failed"; failure: Failure; result: ArrayBuffer | null; buffer: ArrayBuffer | null };

/** Converts an error for a message. Unforeseen ones get the code `worker`. */
export function toFailure(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  if (isOurs(error)) return { kind: "LightprobeError", code: error.code, message };
  if (error instanceof RangeError) return { kind: "RangeError", code: "worker", message };
  if (error instanceof TypeError) return { kind: "TypeError", code: "worker", message };
  return { kind: "LightprobeError", code: "worker", message };
}

/** Code that is loaded late brings a class of its own, so the name decides. */
const isOurs = (error: unknown): error is LightprobeError => error instanceof Error && error.name === "LightprobeError";

/** The error in a message. */
export function fromFailure({ kind, code, message }: Failure): Error {
  if (kind === "RangeError") return new RangeError(message);
  if (kind === "TypeError") return new TypeError(message);
  return new LightprobeError(code, message);
}
