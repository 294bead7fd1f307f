/**
 * ICC profiles of displays: three curves, then a matrix. Others have tables, which are left to the browser.
 *
 * Source: ICC.1:2022, 9.2 (tags) and 10.6, 10.18 (curves).
 */

import { inverse3, product3 } from "../curves/interpolation.js";
import { ByteReader } from "./bytes.js";

/** The colors of a picture: linear light of each of the 256 codes by channel, and the matrix to linear Rec.709. */
export interface Colors {
  curves: readonly [Float32Array, Float32Array, Float32Array];
  /** Row by row; null where it changes nothing. */
  matrix: Float64Array | null;
}

/** Columns: XYZ of the primaries of Rec.709, adapted to D50. Source: IEC 61966-2-1 with Bradford's transform. */
// biome-ignore format: rows of a matrix
const REC709_D50 = [0.4360747, 0.3850649, 0.1430804, 0.2225045, 0.7168786, 0.0606169, 0.0139322, 0.0971045, 0.7141733];

/** The colors that a profile describes; null for one of another kind. */
export function readProfile(bytes: Uint8Array): Colors | null {
  const reader = new ByteReader(bytes);
  if (reader.text(16, 4) !== "RGB " || reader.text(20, 4) !== "XYZ ") return null;
  const tags = new Map<string, number>();
  const count = reader.u32(128);
  for (let i = 0; i < count && i < 256; i++) tags.set(reader.text(132 + 12 * i, 4), reader.u32(136 + 12 * i));
  const columns = ["rXYZ", "gXYZ", "bXYZ"].map((tag) => {
    const at = tags.get(tag) ?? -1;
    return [8, 12, 16].map((offset) => reader.i32(at + offset) / 65536);
  });
  const curves = ["rTRC", "gTRC", "bTRC"].map((tag) => curveAt(reader, tags.get(tag) ?? -1));
  const toD50 = [0, 1, 2].flatMap((row) => columns.map((column) => column[row]));
  if (!toD50.every(Number.isFinite) || curves.some((curve) => !curve?.every(Number.isFinite))) return null;
  const [red, green, blue] = curves as Float32Array[];
  const matrix = product3(inverse3(REC709_D50), toD50);
  for (let row = 0; row < 9; row += 3) {
    const sum = matrix[row] + matrix[row + 1] + matrix[row + 2];
    for (let k = row; k < row + 3; k++) matrix[k] /= sum; // white stays white, whatever the rounding
  }
  if (!matrix.every(Number.isFinite)) return null;
  const isIdentity = matrix.every((value, i) => Math.abs(value - (i % 4 === 0 ? 1 : 0)) < 2e-3);
  return { curves: [red, green, blue], matrix: isIdentity ? null : matrix };
}

/** Linear light of the 256 codes by a curve; null if it is of another kind. */
function curveAt(reader: ByteReader, at: number): Float32Array | null {
  const kind = reader.text(at, 4);
  if (kind === "curv") return curveOfTable(reader, at);
  if (kind !== "para") return null;
  const form = reader.u16(at + 8);
  const lengths = [1, 3, 4, 5, 7];
  if (!(form < lengths.length)) return null;
  const [g, a, b, c, d, e, f] = Array.from({ length: 7 }, (_, i) =>
    i < lengths[form] ? reader.i32(at + 12 + 4 * i) / 65536 : 0,
  );
  const power = (x: number): number => Math.max(a * x + b, 0) ** g;
  const forms: ((x: number) => number)[] = [
    (x) => x ** g,
    (x) => (x >= -b / a ? power(x) : 0),
    (x) => (x >= -b / a ? power(x) : 0) + c,
    (x) => (x >= d ? power(x) : c * x),
    (x) => (x >= d ? power(x) + e : c * x + f),
  ];
  return codes(forms[form]);
}

function curveOfTable(reader: ByteReader, at: number): Float32Array | null {
  const count = reader.u32(at + 8);
  if (count === 0) return codes((x) => x);
  if (count === 1) return codes((x) => x ** (reader.u16(at + 12) / 256));
  if (!(12 + 2 * count <= reader.length - at)) return null;
  return codes((x) => {
    const position = x * (count - 1);
    const lower = Math.min(Math.floor(position), count - 2);
    const [low, high] = [reader.u16(at + 12 + 2 * lower), reader.u16(at + 14 + 2 * lower)];
    return (low + (position - lower) * (high - low)) / 65535;
  });
}

const codes = (curve: (x: number) => number): Float32Array =>
  Float32Array.from({ length: 256 }, (_, code) => curve(code / 255));
