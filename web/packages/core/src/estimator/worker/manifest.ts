/** manifest.json: what a model folder says about its model. Read with care, refused where it is not understood. */

import type { Decoding } from "../../picture/cells/fast.js";
import { RESPONSES } from "../../picture/curves/decoder.js";
import type { ResponseName } from "../../types.js";

const FORMAT = 1;
const INPUT = { name: "image", layout: "NHWC", dtype: "uint8", color: "srgb" } as const;
const FRAMES = { radiance: "three", cmgen: "filament" } as const;

/** What is needed to run a model. */
export interface Manifest {
  name: string;
  version: string;
  /** Name of the graph's file in the folder. */
  file: string;
  /** Of that file, in hexadecimal digits. */
  sha256: string;
  responses: readonly ResponseName[];
  defaultResponse: ResponseName;
  /** Size of the picture that the graph takes [pixels]; null where it takes any. */
  input: { width: number; height: number } | null;
  /** Tone curves for which it takes cells that were formed outside; empty where it takes no cells at all. */
  byCells: readonly ResponseName[];
  /** How it decodes sRGB, for those who form its cells; null where it takes no cells. */
  decoding: Decoding | null;
  convention: keyof typeof FRAMES;
  hasPanorama: boolean;
  hasCurve: boolean;
}

type Fields = Record<string, unknown>;

/**
 * The manifest in a document.
 *
 * @throws RangeError in one line if this version does not understand it.
 */
export function parseManifest(document: unknown): Manifest {
  const all = fields(document, "an object");
  need(all.format === FORMAT, `format ${FORMAT}`, all.format, "update lightprobe");
  const files = fields(all.files, "files");
  const file = text(files.model, "files.model");
  need(/^[^/\\:]+$/.test(file) && file !== "." && file !== "..", "files.model to be a name in the folder", file);
  const sha256 = text(fields(all.sha256, "sha256").model, "sha256.model");
  need(/^[0-9a-f]{64}$/.test(sha256), "sha256.model of 64 hexadecimal digits", sha256);
  const responses = names(all.responses, "responses");
  const defaultResponse = responses.find((name) => name === all.default_response);
  if (!defaultResponse) return refuse(`default_response to be one of ${responses.join(", ")}`, all.default_response);
  return {
    name: text(all.name, "name"),
    version: text(all.version, "version"),
    file,
    sha256,
    responses,
    defaultResponse,
    ...parseInput(fields(all.input, "input")),
    ...parseOutput(fields(all.output, "output")),
  };
}

function parseInput(input: Fields): Pick<Manifest, "input" | "byCells" | "decoding"> {
  for (const [name, value] of Object.entries(INPUT)) {
    need(input[name] === value, `input.${name} '${value}'`, input[name], "update lightprobe");
  }
  const { width, height } = input;
  const size = typeof width === "number" && typeof height === "number" ? { width, height } : null;
  const fits = size ? Number.isInteger(height) && size.height > 0 && size.width === 2 * size.height : width === height;
  need(fits && (size || width === null), "input.width = 2 × input.height, or both null", `${width}×${height}`);
  if ((input.cells ?? null) === null) return { input: size, byCells: [], decoding: null };
  const cells = fields(input.cells, "input.cells");
  const known = cells.name === "cells" && cells.height === 32 && cells.width === 64;
  need(known, "input.cells of 64×32", `${cells.width}×${cells.height}`, "update lightprobe");
  const { cubic, remainder } = fields(cells.decoding, "input.cells.decoding");
  const decoding = { cubic: factors(cubic, 3, "cubic"), remainder: factors(remainder, 6, "remainder") };
  return { input: size, byCells: names(cells.responses, "input.cells.responses"), decoding };
}

function factors(value: unknown, count: number, what: string): readonly number[] {
  const given: unknown[] = Array.isArray(value) ? value : [];
  const known = given.filter((factor) => typeof factor === "number");
  const fits = known.length === count && given.length === count;
  return fits ? known : refuse(`input.cells.decoding.${what} of ${count} numbers`, value);
}

function parseOutput(output: Fields): Pick<Manifest, "convention" | "hasPanorama" | "hasCurve"> {
  const { convention, frame } = fields(output.coeffs, "output.coeffs");
  const known = (Object.keys(FRAMES) as (keyof typeof FRAMES)[]).find((name) => name === convention);
  if (!known) return refuse("output.coeffs.convention radiance or cmgen", convention, "update lightprobe");
  need(frame === FRAMES[known], `output.coeffs.frame ${FRAMES[known]}`, frame);
  for (const [name, wanted] of Object.entries({ panorama: { height: 32, width: 64 }, curve: { knots: 16 } })) {
    const value = output[name];
    if (value === null) continue;
    const told = fields(value, `output.${name}, null where there is none`);
    const same = Object.entries(wanted).every(([key, number]) => told[key] === number);
    need(same, `output.${name} ${JSON.stringify(wanted)} or null`, told);
  }
  return { convention: known, hasPanorama: output.panorama !== null, hasCurve: output.curve !== null };
}

function fields(value: unknown, what: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse(what, value);
  return value as Fields;
}

function text(value: unknown, what: string): string {
  return typeof value === "string" ? value : refuse(`${what} of type string`, value);
}

function names(value: unknown, what: string): readonly ResponseName[] {
  const given: unknown[] = Array.isArray(value) ? value : [];
  const known = RESPONSES.filter((name) => given.includes(name));
  const fits = known.length > 0 && known.length === given.length;
  return fits ? known : refuse(`${what} from ${RESPONSES.join(", ")}, each once`, value, "update lightprobe");
}

function need(isMet: unknown, expected: string, got: unknown, remedy?: string): void {
  if (!isMet) refuse(expected, got, remedy);
}

function refuse(expected: string, got: unknown, remedy = "copy or export the model again"): never {
  const shown = typeof got === "string" ? got : (JSON.stringify(got) ?? "none");
  throw new RangeError(`expected ${expected}, got ${shown.slice(0, 60)}; ${remedy}`);
}
