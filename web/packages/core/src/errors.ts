/** What can go wrong in the world; mistakes of the caller are `RangeError`s and `TypeError`s. */
export type ErrorCode =
  | "unsupported" // the browser lacks something that is needed
  | "worker" // the worker could not start, or died
  | "wasm" // onnxruntime's WebAssembly could not be loaded
  | "model" // the model folder is missing, damaged, or of an unknown kind
  | "source" // the picture cannot be read: not loaded, tainted by another origin, lost
  | "camera" // denied, missing, or taken
  | "context-lost" // the WebGL context is gone
  | "disposed"; // the estimator was disposed of

/** An error of the world, with a code to branch on. Messages say: expected, got, do this. */
export class LightprobeError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "LightprobeError";
    this.code = code;
  }
}
