/** Errors of the environment; wrong arguments are `RangeError`s and `TypeError`s. */
export type ErrorCode =
  | "unsupported" // the browser lacks a feature
  | "worker" // the worker could not start, or died
  | "wasm" // WebAssembly is missing, or could not be loaded
  | "model" // the model folder is missing, damaged, or of another format
  | "source" // the picture cannot be read: not loaded, of another origin, lost
  | "camera" // denied, missing, or in use
  | "orientation" // denied, or no sensor
  | "context-lost" // the WebGL context is gone
  | "disposed"; // the estimator was disposed of

/** An error of the environment, with a code to branch on. The message says what failed, and what to do. */
export class LightprobeError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "LightprobeError";
    this.code = code;
  }
}
