/** The worker's script: answers messages with a session. */

import { LightprobeError } from "../../errors.js";
import { type Reply, type Request, toFailure } from "../protocol/messages.js";
import { fetchFile } from "./model/files.js";
import { createFrameReader } from "./reader.js";
import { Session } from "./session.js";

/** The global scope of a worker; the DOM types describe windows only. */
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
    if (!session) throw new LightprobeError("worker", "no model is open; send an open request first");
    const { response, notes } = await session.run(data);
    const reply: Reply = { type: "estimate", response, result: data.result, buffer };
    scope.postMessage(notes.length > 0 ? { ...reply, notes } : reply, transfer);
  } catch (error) {
    scope.postMessage({ type: "failed", failure: toFailure(error), result, buffer }, transfer);
  }
};
