/** manifest.json of a model folder, checked field by field (spec/manifest.schema.json). */

import { CELL_PLANES, CELL_VALUES, SEEN_PLANES } from "../../../picture/cells/grid.js";
import { RESPONSES } from "../../../picture/curves/decoder.js";
import { COEFFS } from "../../../sphere/numbers.js";
import { PANORAMA } from "../../../sphere/panorama.js";
import type { ResponseName } from "../../../types.js";
import { CURVE_POINTS } from "../../protocol/results.js";
import type { Size } from "../../protocol/sizes.js";
import { type Fields, fields, need, refuse, text } from "./fields.js";

const FORMAT = 2;
const CELLS = { layout: "NCHW", dtype: "float32", ...PANORAMA } as const;
const IMAGE = { layout: "NHWC", dtype: "uint8", color: "srgb" } as const;
const ANSWERED = { default: "balanced", others: ["best", "median"], interval: 0.8 } as const;
const FRAMES = { radiance: "three", cmgen: "filament" } as const;

/** Everything needed to run a model. */
export interface Manifest {
  name: string;
  version: string;
  /** How the network is written: layers for the kernels (model.bin), or a graph for onnxruntime. */
  form: "compact" | "onnx";
  /** Name of the network's file in the folder. */
  file: string;
  /** Of that file, in hexadecimal digits. */
  sha256: string;
  responses: readonly ResponseName[];
  defaultResponse: ResponseName;
  /** The graph takes cells of 6 or 7 planes, or 8-bit sRGB of a panorama of `size` [pixels], null for any. */
  input: { name: "cells"; planes: number } | { name: "image"; size: Size | null };
  convention: keyof typeof FRAMES;
  hasPanorama: boolean;
  hasCurve: boolean;
  /** Whether it says how bright lost light may be. */
  hasAnswers: boolean;
}

/** How many numbers each output has. */
export const OUTPUT_LENGTHS = {
  coeffs: COEFFS,
  panorama: CELL_VALUES,
  curve: CURVE_POINTS,
  lost: CELL_VALUES,
  levels: 4,
} as const;

/** The outputs that a network gives. */
export const outputsOf = ({ hasPanorama, hasCurve, hasAnswers }: Manifest): (keyof typeof OUTPUT_LENGTHS)[] => [
  "coeffs",
  ...(hasPanorama ? (["panorama"] as const) : []),
  ...(hasCurve ? (["curve"] as const) : []),
  ...(hasAnswers ? (["lost", "levels"] as const) : []),
];

/**
 * The manifest in a document.
 *
 * @throws RangeError in one line if this version cannot read it.
 */
export function parseManifest(document: unknown): Manifest {
  const all = fields(document, "an object");
  const isOld = typeof all.format === "number" && all.format < FORMAT;
  need(all.format === FORMAT, `format ${FORMAT}`, all.format, isOld ? "export the model again" : "update lightprobe");
  const files = fields(all.files, "files");
  const key = files.compact === undefined ? "model" : "compact";
  const file = text(files[key], `files.${key}`);
  need(/^[^/\\:]+$/.test(file) && file !== "." && file !== "..", `files.${key} to be a name in the folder`, file);
  const sha256 = text(fields(all.sha256, "sha256")[key], `sha256.${key}`);
  need(/^[0-9a-f]{64}$/.test(sha256), `sha256.${key} of 64 hexadecimal digits`, sha256);
  const responses = names(all.responses, "responses");
  const defaultResponse = responses.find((name) => name === all.default_response);
  if (!defaultResponse) return refuse(`default_response to be one of ${responses.join(", ")}`, all.default_response);
  return {
    name: text(all.name, "name"),
    version: text(all.version, "version"),
    form: key === "compact" ? key : "onnx",
    file,
    sha256,
    responses,
    defaultResponse,
    input: parseInput(fields(all.input, "input")),
    ...parseOutput(fields(all.output, "output")),
  };
}

function parseInput(input: Fields): Manifest["input"] {
  const { name } = input;
  if (name !== "cells" && name !== "image") return refuse("input.name cells or image", name, "update lightprobe");
  for (const [key, value] of Object.entries(name === "cells" ? CELLS : IMAGE)) {
    need(input[key] === value, `input.${key} ${value}`, input[key], "update lightprobe");
  }
  if (name === "cells") {
    const planes = [CELL_PLANES, SEEN_PLANES].find((count) => count === input.planes);
    return planes ? { name, planes } : refuse("input.planes 6 or 7", input.planes, "update lightprobe");
  }
  const { width, height } = input;
  if (width === null && height === null) return { name, size: null };
  const size = { width: Number(width), height: Number(height) };
  const fits = Number.isInteger(height) && size.height > 0 && width === 2 * size.height;
  need(fits, "input.width = 2 × input.height, or both null", `${width}×${height}`);
  return { name, size };
}

function parseOutput(output: Fields): Pick<Manifest, "convention" | "hasPanorama" | "hasCurve" | "hasAnswers"> {
  const { convention, frame } = fields(output.coeffs, "output.coeffs");
  const known = (Object.keys(FRAMES) as (keyof typeof FRAMES)[]).find((name) => name === convention);
  if (!known) return refuse("output.coeffs.convention radiance or cmgen", convention, "update lightprobe");
  need(frame === FRAMES[known], `output.coeffs.frame ${FRAMES[known]}`, frame);
  for (const [name, wanted] of Object.entries({ panorama: PANORAMA, curve: { knots: CURVE_POINTS } })) {
    const value = output[name];
    if (value === null) continue;
    const given = fields(value, `output.${name} to be an object or null`);
    const same = Object.entries(wanted).every(([key, number]) => given[key] === number);
    need(same, `output.${name} ${JSON.stringify(wanted)} or null`, given);
  }
  const hasPanorama = output.panorama !== null;
  const answers = output.answers ?? null;
  const isKnown = answers === null || (hasPanorama && JSON.stringify(answers) === JSON.stringify(ANSWERED));
  need(isKnown, `output.answers ${JSON.stringify(ANSWERED)} with a panorama, or null`, answers, "update lightprobe");
  return { convention: known, hasPanorama, hasCurve: output.curve !== null, hasAnswers: answers !== null };
}

function names(value: unknown, field: string): readonly ResponseName[] {
  const given: unknown[] = Array.isArray(value) ? value : [];
  const known = RESPONSES.filter((name) => given.includes(name));
  const fits = known.length > 0 && known.length === given.length;
  return fits ? known : refuse(`${field} from ${RESPONSES.join(", ")}, each once`, value, "update lightprobe");
}
