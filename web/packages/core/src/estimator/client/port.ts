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

/** The other end: a worker, or a channel to code on this thread. */
interface Peer {
  postMessage(message: Request, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<Reply>) => void) | null;
  onmessageerror: ((event: MessageEvent) => void) | null;
}

/** A peer, and how it is ended. */
export interface Started {
  peer: Peer;
  end(): void;
  /** Reports that the peer did not start, or died. */
  onError?(report: (reason: string) => void): void;
}

/**
 * Connects to a peer.
 *
 * @param remedy - what to do if it does not start.
 * @throws LightprobeError `unsupported` without workers, `worker` if the browser refuses.
 */
export function openPort(start: () => Started, remedy: string): Port {
  if (typeof Worker === "undefined" || typeof OffscreenCanvas === "undefined") {
    throw new LightprobeError(
      "unsupported",
      "workers or OffscreenCanvas are missing; call createEstimator in a current browser",
    );
  }
  const workerError = (reason: string): LightprobeError =>
    new LightprobeError("worker", `the worker failed: ${reason}; ${remedy}`);
  let started: Started;
  try {
    started = start();
  } catch (error) {
    throw workerError(error instanceof Error ? error.message : String(error));
  }
  const { peer } = started;
  const port: Port = {
    post: (message, transfer) => peer.postMessage(message, transfer),
    onReply: () => {},
    onFailure: () => {},
    close: () => started.end(),
  };
  peer.onmessage = ({ data }) => port.onReply(data);
  peer.onmessageerror = () => port.onFailure(workerError("a message could not be read"));
  started.onError?.((reason) => port.onFailure(workerError(reason)));
  return port;
}

/** A worker that runs the script at this address. It may be of another origin that sends CORS headers, such as a CDN. */
export function startWorker(url: string): Started {
  if (!isForeign(url)) return started(new Worker(url, { type: "module" }));
  return startSource(`import ${JSON.stringify(url)};`); // browsers start workers from their own origin only
}

/** A worker that runs this module. */
export function startSource(source: string): Started {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(url, { type: "module" });
  worker.addEventListener("message", () => URL.revokeObjectURL(url), { once: true });
  return started(worker);
}

function started(worker: Worker): Started {
  return {
    peer: worker,
    end: () => worker.terminate(),
    onError: (report) => {
      worker.onerror = (event) => {
        event.preventDefault(); // pending calls reject with it instead
        report(event.message || "its script did not load");
      };
    },
  };
}

function isForeign(url: string): boolean {
  const { protocol, origin } = new URL(url);
  return protocol.startsWith("http") && origin !== location.origin;
}
