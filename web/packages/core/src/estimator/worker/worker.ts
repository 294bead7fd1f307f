/** The worker: a session, and its end of the line. */

import { LightprobeError } from "../../errors.js";
import { type Reply, type Request, toFailure } from "../protocol/messages.js";
import { fetchFile } from "./files.js";
import { createFrameReader } from "./reader.js";
import { Session } from "./session.js";

/** What this file sees of the worker it runs in; the DOM's types know windows only. */
interface Scope {
  onmessage: ((event: MessageEvent<Request>) => void) | null;
  postMessage(message: Reply, transfer?: Transferable[]): void;
}

const scope = globalThis as unknown as Scope;
let session: Session | null = null;

scope.onmessage = async ({ data }) => {
  const result = data.type === "estimate" ? data.result : null;
  const buffer = data.type === "estimate" && "buffer" in data.picture ? data.picture.buffer : null;
  const transfer = [result, buffer].filter((item) => item !== null);
  try {
    if (data.type === "open") {
      session = await Session.open(data, { fetchFile, createReader: createFrameReader });
      scope.postMessage({ type: "ready", facts: session.facts });
      return;
    }
    if (!session) throw new LightprobeError("worker", "expected an open model, got none; open it first");
    const response = await session.run(data);
    scope.postMessage({ type: "estimate", response, result: data.result, buffer }, transfer);
  } catch (error) {
    scope.postMessage({ type: "failed", failure: toFailure(error), result, buffer }, transfer);
  }
};
