/** An estimator whose worker runs on this thread, and pictures for it. */

import type { Estimator } from "../../src/estimator/client/estimator.js";
import type { Port } from "../../src/estimator/client/port.js";
import { openRemote } from "../../src/estimator/client/remote.js";
import type { Reply, Request } from "../../src/estimator/protocol/messages.js";
import { type Scope, serve } from "../../src/estimator/worker/entry/serve.js";
import { pattern, toRgba } from "../picture/pattern.js";

/** A plain estimator; buffers are transferred, as between threads. `asked` gets the addresses of the code that is loaded. */
export function openPlain(asked: (string | null)[] = []): Promise<Estimator> {
  const port: Port = {
    post: (message, transfer) => {
      const data = structuredClone(message, { transfer });
      queueMicrotask(() => scope.onmessage?.({ data } as MessageEvent<Request>));
    },
    onReply: () => {},
    onFailure: () => {},
    close: () => {},
  };
  const scope: Scope = {
    onmessage: null,
    postMessage: (message: Reply, transfer) => port.onReply(structuredClone(message, { transfer })),
  };
  serve(scope, (url) => {
    asked.push(url);
    return url === null
      ? import("../../src/estimator/worker/entry/extras.js")
      : import("../../src/estimator/worker/entry/surround.js");
  });
  const tables = { filmic: "", agx: "" };
  return openRemote(
    port,
    { type: "open", model: "plain", wasm: "", tables, extras: null, onnxruntime: null, contents: [] },
    {},
  );
}

/** A frame of 120×90 pixels that clips at codes of 255. */
export function frameOf(brightest = 255): ImageData {
  const data = toRgba(pattern(90, 120, brightest));
  return { data, width: 120, height: 90 } as unknown as ImageData;
}
