/**
 * Directories of TIFF, which EXIF and MPF (several pictures in one JPEG) use for their data.
 *
 * Source: TIFF 6.0, section 2; CIPA DC-008 (EXIF 3.0); CIPA DC-007 (Multi-Picture Format).
 */

import { ByteReader } from "./bytes.js";

const ENTRY = 12; // bytes
const MOST_ENTRIES = 512;
const SIZES: Record<number, number> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8 };

/** An entry of a directory: where its values lie in the data. */
export interface Entry {
  type: number;
  count: number;
  at: number;
}

/** A directory by tag, and the position of the next one. */
export interface Directory {
  entries: Map<number, Entry>;
  next: number;
}

/** A reader of the data in their own byte order, and the position of the first directory; null if it is no TIFF. */
export function openTiff(bytes: Uint8Array): { reader: ByteReader; first: number } | null {
  const reader = new ByteReader(bytes);
  const order = reader.text(0, 2);
  if (order !== "II" && order !== "MM") return null;
  reader.littleEndian = order === "II";
  return reader.u16(2) === 42 ? { reader, first: reader.u32(4) } : null;
}

/** The directory at a position; empty if there is none. */
export function readDirectory(reader: ByteReader, at: number): Directory {
  const entries = new Map<number, Entry>();
  const count = reader.u16(at);
  if (!(count <= MOST_ENTRIES)) return { entries, next: 0 };
  for (let i = 0; i < count; i++) {
    const from = at + 2 + ENTRY * i;
    const [tag, type, values] = [reader.u16(from), reader.u16(from + 2), reader.u32(from + 4)];
    const size = (SIZES[type] ?? Number.NaN) * values;
    if (Number.isNaN(size)) continue;
    entries.set(tag, { type, count: values, at: size <= 4 ? from + 8 : reader.u32(from + 8) });
  }
  return { entries, next: reader.u32(at + 2 + ENTRY * count) };
}

/** The first value of an entry as a number; NaN if there is none. */
export function numberOf(reader: ByteReader, entry: Entry | undefined): number {
  if (!entry || entry.count < 1) return Number.NaN;
  const { type, at } = entry;
  if (type === 3) return reader.u16(at);
  if (type === 4) return reader.u32(at);
  if (type === 5) return reader.u32(at) / reader.u32(at + 4);
  if (type === 10) return reader.i32(at) / reader.i32(at + 4);
  return type === 9 ? reader.i32(at) : reader.u8(at);
}
