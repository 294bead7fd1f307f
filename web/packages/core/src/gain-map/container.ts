/**
 * The file of a picture and its gain map: both JPEG streams with their metadata, one behind the other.
 *
 * The numbers are written in both forms, as ISO 21496-1 and as Adobe's and Android's XMP; the place of the map as index of
 * MPF and as directory of Google's container.
 *
 * Sources: ISO 21496-1:2025, annex C; Android, "Ultra HDR Image Format v1.1"; CIPA DC-007-2021.
 */

/** The logarithms that the codes of the map stand for [stops], of red, green and blue. */
export interface GainRange {
  least: readonly number[];
  most: readonly number[];
  /** Added to both renditions before their ratio is taken [display white]. */
  offset: number;
}

const XMP = "http://ns.adobe.com/xap/1.0/\0";
const RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const GAIN_MAP = "http://ns.adobe.com/hdr-gain-map/1.0/";
const CONTAINER = "http://ns.google.com/photos/1.0/container/";
const ISO = "urn:iso:std:iso:ts:21496:-1\0";
/** Denominator of numbers in the binary form. */
const UNIT = 1 << 16;
/** Bytes of the structure of MPF: header, directory of three entries, two pictures. */
const INDEX = 8 + 2 + 3 * 12 + 4 + 2 * 16;

type Bytes = Uint8Array<ArrayBuffer>;

/** The parts of the file, in order. */
export function joined(base: Bytes, map: Bytes, range: GainRange): Bytes[] {
  const second = withSegments(map, xmp(numbersOf(range)), segment(0xe2, text(ISO), binaryOf(range)));
  const first = withSegments(base, xmp(directoryOf(second.length)), segment(0xe2, text(ISO), new Uint8Array(4)));
  return [withIndex(first, second.length), second];
}

const text = (words: string): Bytes => new TextEncoder().encode(words);

function concatenated(...parts: readonly Bytes[]): Bytes {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let end = 0;
  for (const part of parts) {
    out.set(part, end);
    end += part.length;
  }
  return out;
}

/** Numbers, big-endian, each with its count of bytes. */
function numbers(...pairs: readonly (readonly [value: number, bytes: number])[]): Bytes {
  return Uint8Array.from(
    pairs.flatMap(([value, bytes]) => Array.from({ length: bytes }, (_, i) => (value >> (8 * (bytes - 1 - i))) & 255)),
  );
}

function segment(marker: number, ...parts: readonly Bytes[]): Bytes {
  const payload = concatenated(...parts);
  return concatenated(numbers([0xff00 | marker, 2], [payload.length + 2, 2]), payload);
}

/** A JPEG stream with further segments behind its first one, which is JFIF's. */
function withSegments(stream: Bytes, ...segments: readonly Bytes[]): Bytes {
  const end = 4 + stream[4] * 256 + stream[5];
  return concatenated(stream.slice(0, end), ...segments, stream.slice(end));
}

function xmp(description: string): Bytes {
  const packet = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="${RDF}">${description}</rdf:RDF></x:xmpmeta>`;
  return segment(0xe1, text(XMP + packet));
}

/** Headroom [stops] at which all of the gain is shown; not 0, as some readers divide by it. */
const headroom = ({ most }: GainRange): number => Math.max(...most, 0.1);

function numbersOf(range: GainRange): string {
  const three = (key: string, values: readonly number[]): string =>
    `<hdrgm:${key}><rdf:Seq>${values.map((value) => `<rdf:li>${value.toFixed(6)}</rdf:li>`).join("")}</rdf:Seq></hdrgm:${key}>`;
  return (
    `<rdf:Description rdf:about="" xmlns:hdrgm="${GAIN_MAP}" hdrgm:Version="1.0" hdrgm:BaseRenditionIsHDR="False" ` +
    `hdrgm:Gamma="1" hdrgm:OffsetSDR="${range.offset}" hdrgm:OffsetHDR="${range.offset}" hdrgm:HDRCapacityMin="0" ` +
    `hdrgm:HDRCapacityMax="${headroom(range).toFixed(6)}">` +
    `${three("GainMapMin", range.least)}${three("GainMapMax", range.most)}</rdf:Description>`
  );
}

function directoryOf(length: number): string {
  const item = (semantic: string): string =>
    `<rdf:li rdf:parseType="Resource"><Container:Item Item:Mime="image/jpeg" Item:Semantic=${semantic}/></rdf:li>`;
  return (
    `<rdf:Description rdf:about="" xmlns:Container="${CONTAINER}" xmlns:Item="${CONTAINER}item/" ` +
    `xmlns:hdrgm="${GAIN_MAP}" hdrgm:Version="1.0"><Container:Directory><rdf:Seq>` +
    `${item('"Primary"')}${item(`"GainMap" Item:Length="${length}"`)}</rdf:Seq></Container:Directory></rdf:Description>`
  );
}

function binaryOf(range: GainRange): Bytes {
  const values = [0, headroom(range)];
  for (let c = 0; c < 3; c++) values.push(range.least[c], range.most[c], 1, range.offset, range.offset);
  const pairs = values.flatMap((value) => [[Math.round(value * UNIT), 4] as const, [UNIT, 4] as const]);
  return numbers([0, 4], [0x80 | 0x40, 1], ...pairs); // three channels, in the primaries of the base
}

/** The first picture with an index of MPF of both. */
function withIndex(first: Bytes, second: number): Bytes {
  const origin = 4 + first[4] * 256 + first[5] + 8; // of the offset: the structure, behind marker, length and name
  const total = first.length + 8 + INDEX;
  const index = concatenated(
    text("MM\0*"),
    numbers([8, 4], [3, 2]),
    numbers([0xb000, 2], [7, 2], [4, 4], [0x30313030, 4]), // version 0100
    numbers([0xb001, 2], [4, 2], [1, 4], [2, 4]), // count of pictures
    numbers([0xb002, 2], [7, 2], [32, 4], [50, 4], [0, 4]), // and where their entries are
    numbers([0x030000, 4], [total, 4], [0, 4], [0, 4]),
    numbers([0, 4], [second, 4], [total - origin, 4], [0, 4]),
  );
  return withSegments(first, segment(0xe2, text("MPF\0"), index));
}
