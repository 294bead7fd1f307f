import { type LayoutOptions, layoutOf } from "../../../src/estimator/protocol/layout.js";
import type { EstimateRequest, Picture } from "../../../src/estimator/protocol/messages.js";
import { emptyEstimate, RESULT_BYTES, unpackEstimate } from "../../../src/estimator/protocol/results.js";
import type * as Extras from "../../../src/estimator/worker/entry/extras.js";
import { type Dependencies, Session } from "../../../src/estimator/worker/session.js";
import type { Estimate } from "../../../src/types.js";
import { model, readLocal, tables, wasm } from "../../picture/fixtures.js";
import { toRgba } from "../../picture/pattern.js";

/** No files but those that the session reads itself. */
export const ALONE = { extras: null, onnxruntime: "onnxruntime-web/wasm", contents: [] } as const;
const loadExtras = (): Promise<typeof Extras> => import("../../../src/estimator/worker/entry/extras.js");

const loadSurround = (): ReturnType<Dependencies["loadSurround"]> =>
  import("../../../src/estimator/worker/entry/surround.js");

/** A session without a browser: files from the disk, and no frames. */
export function openSession(which: "plain" | "shipped", more: Partial<Dependencies> = {}): Promise<Session> {
  const createReader = () => {
    throw new Error("no canvas here");
  };
  const request = { type: "open", model: which === "plain" ? "plain" : model, wasm, tables, ...ALONE } as const;
  return Session.open(request, { fetchFile: readLocal, createReader, loadExtras, loadSurround, ...more });
}

/** Pixels as they come from ImageData. */
export const pixelsOf = (rgb: Uint8Array, width: number): Picture => {
  const { buffer } = toRgba(rgb);
  return { kind: "pixels", buffer, width, height: rgb.length / 3 / width };
};

/** Asks a session, and reads the result as the calling thread does. */
export async function ask(
  session: Session,
  picture: Picture,
  options: Partial<Omit<EstimateRequest, "picture" | "layout">> & LayoutOptions = {},
): Promise<Estimate> {
  const result = new ArrayBuffer(RESULT_BYTES);
  const defaults = {
    type: "estimate",
    response: "auto",
    answer: "balanced",
    smoothing: 0,
    time: 0,
    reset: false,
  } as const;
  const said = await session.run({ ...defaults, ...options, layout: layoutOf(options), picture, result });
  return { ...unpackEstimate(result, emptyEstimate()), ...said };
}
