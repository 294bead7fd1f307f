/** Decoders of all tone curves, each made when it is first needed. */

import { LightprobeError } from "../../errors.js";
import { agxDecoder } from "./agx.js";
import { closedDecoder } from "./closed.js";
import type { CurveName, Decoder } from "./decoder.js";
import { filmicDecoder } from "./filmic.js";
import { readNpz } from "./npz.js";

/** Addresses of the tables of curves without a closed form. */
export type TableUrls = Record<"filmic" | "agx", string>;

/** Fetches all bytes of a file. */
export type Fetch = (url: string) => Promise<ArrayBuffer>;

/** Keeps decoders: tables are loaded once, and only if their curve is used. */
export class Decoders {
  readonly #made = new Map<CurveName, Promise<Decoder>>();

  constructor(
    readonly tables: TableUrls,
    readonly fetchFile: Fetch,
  ) {}

  /**
   * The decoder of a curve.
   *
   * @throws LightprobeError `model` if its tables are missing or damaged; the next call loads them again.
   */
  get(name: CurveName): Promise<Decoder> {
    let made = this.#made.get(name);
    if (!made) {
      made = this.#make(name);
      this.#made.set(name, made);
      made.catch(() => this.#made.delete(name));
    }
    return made;
  }

  async #make(name: CurveName): Promise<Decoder> {
    if (name !== "filmic" && name !== "agx") return closedDecoder(name);
    const file = await this.fetchFile(this.tables[name]);
    try {
      if (name === "filmic") return filmicDecoder(await readNpz(file, ["curve", "desaturation"]));
      return agxDecoder(await readNpz(file, ["matrix", "gray", "inverse_steps"]));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new LightprobeError("model", `${this.tables[name]}: the tables of ${name} could not be read: ${reason}`, {
        cause: error,
      });
    }
  }
}
