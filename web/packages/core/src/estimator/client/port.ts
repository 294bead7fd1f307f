/** The calling thread's connection to the worker. */

import { LightprobeError } from "../../errors.js";
import type { Reply, Request } from "../protocol/messages.js";

/** A connection to a worker. */
export interface Port {
  post(message: Request, transfer: Transferable[]): void;
  /** Called with each reply. */
  onReply: (reply: Reply) => void;
  /** Called if the worker does not start, or dies. */
  onFailure: (error: LightprobeError) => void;
  close(): void;
}

/**
 * Starts a worker.
 *
 * @throws LightprobeError `unsupported` without workers, `worker` if the browser refuses.
 */
export function openPort(): Port {
  if (typeof Worker === "undefined" || typeof OffscreenCanvas === "undefined") {
    throw new LightprobeError(
      "unsupported",
      "workers or OffscreenCanvas are missing; call createEstimator in a current browser",
    );
  }
  const worker = startWorker();
  const port: Port = {
    post: (message, transfer) => worker.postMessage(message, transfer),
    onReply: () => {},
    onFailure: () => {},
    close: () => worker.terminate(),
  };
  worker.onmessage = ({ data }: MessageEvent<Reply>) => port.onReply(data);
  worker.onmessageerror = () => port.onFailure(workerError("a message could not be read"));
  worker.onerror = (event) => {
    event.preventDefault(); // pending calls reject with it instead
    port.onFailure(workerError(event.message || "its script did not load"));
  };
  return port;
}

function startWorker(): Worker {
  try {
    return new Worker(new URL("../worker/worker.js", import.meta.url), { type: "module" });
  } catch (error) {
    throw workerError(error instanceof Error ? error.message : String(error));
  }
}

const workerError = (reason: string): LightprobeError =>
  new LightprobeError(
    "worker",
    `the worker failed: ${reason}; serve its script from the page's origin, and allow 'worker-src' in the CSP`,
  );
