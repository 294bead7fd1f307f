/** Curves without a closed form: their tables, and the decoders made of them. */

import { LightprobeError } from "../../errors.js";
import { agxDecoder } from "./agx.js";
import type { Decoder } from "./decoder.js";
import type { TabulatedName } from "./decoders.js";
import { filmicDecoder } from "./filmic.js";
import { readNpz } from "./npz.js";

/** Addresses of the tables. */
export type TableUrls = Record<TabulatedName, string>;

/** Fetches all bytes of a file. */
export type Fetch = (url: string) => Promise<ArrayBuffer>;

/**
 * The decoder of a curve.
 *
 * @throws LightprobeError `model` if its tables are missing or damaged.
 */
export async function tabulatedDecoder(name: TabulatedName, tables: TableUrls, fetchFile: Fetch): Promise<Decoder> {
  const file = await fetchFile(tables[name]);
  try {
    if (name === "filmic") return filmicDecoder(await readNpz(file, ["curve", "desaturation"]));
    return agxDecoder(await readNpz(file, ["matrix", "gray", "inverse_steps"]));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LightprobeError("model", `${tables[name]}: the tables of ${name} could not be read: ${reason}`, {
      cause: error,
    });
  }
}
