/** Answers messages with a session. */

import { LightprobeError } from "../../../errors.js";
import { type OpenRequest, type Reply, type Request, toFailure } from "../../protocol/messages.js";
import { fetchFile } from "../model/files.js";
import { createFrameReader } from "../reader.js";
import { type Dependencies, Session } from "../session.js";

/** What messages come through: the global scope of a worker, or a port of a channel. */
export interface Scope {
  onmessage: ((event: MessageEvent<Request>) => void) | null;
  postMessage(message: Reply, transfer: Transferable[]): void;
}

/**
 * Opens a session with the first message, and answers the others with estimates.
 *
 * @param load - loads code that few pages need, from an address in a message; null where it is to be at hand.
 */
export function serve(scope: Scope, load: (url: string | null) => Promise<unknown>): void {
  let session: Session | null = null;
  scope.onmessage = async ({ data }) => {
    const result = data.type === "estimate" ? data.result : null;
    const buffer = data.type === "estimate" && "buffer" in data.picture ? data.picture.buffer : null;
    const transfer = [result, buffer].filter((item) => item !== null);
    try {
      if (data.type === "open") {
        session = await Session.open(data, {
          fetchFile: fetcherOf(data),
          createReader: createFrameReader,
          loadExtras: () => load(data.extras) as ReturnType<Dependencies["loadExtras"]>,
          loadSurround: (url) => load(url) as ReturnType<Dependencies["loadSurround"]>,
        });
        scope.postMessage({ type: "ready", facts: session.facts }, []);
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
}

/** Loads code from a file of its own, under the address that the page has for it. */
export async function loadModule(url: string | null): Promise<unknown> {
  try {
    return await import(/* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ String(url));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LightprobeError(
      "worker",
      `code for picture files or surrounds could not be loaded: ${reason}; serve all files of the build, and be online then`,
      { cause: error },
    );
  }
}

/** Files that came with the request are not fetched again. */
function fetcherOf({ contents }: OpenRequest): typeof fetchFile {
  const held = new Map(contents.map(({ url, bytes }) => [url, bytes]));
  return async (url) => {
    if (url !== "") return held.get(url) ?? fetchFile(url);
    throw new LightprobeError(
      "model",
      "the tables of this tone curve are not in lightprobe/standalone; serve dist/assets of the package, and pass its address " +
        "as `assets`",
    );
  };
}
