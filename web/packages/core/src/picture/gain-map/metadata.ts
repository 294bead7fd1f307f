/**
 * The numbers of a gain map: how it leads from the base picture to the other one.
 *
 * Source: ISO 21496-1:2025, annex C (binary); Adobe, "Gain Map 1.0", and Android, "Ultra HDR Image Format v1.1" (XMP);
 * Apple, "Applying Apple HDR effect to your photos".
 */

import type { Triple } from "../../types.js";
import { ByteReader, startsWith } from "../files/bytes.js";
import { numberOf, readDirectory } from "../files/tiff.js";
import { value, values } from "../files/xmp.js";

const ADOBE = "http://ns.adobe.com/hdr-gain-map/1.0/";
const APPLE = "http://ns.apple.com/HDRGainMap/1.0/";
/** Largest gain [log₂], and largest offset, that are believed. */
const MOST_STOPS = 64;
const MOST_OFFSET = 1024;

/** How a gain map leads from the base picture to the other one; each value for red, green and blue. */
export interface GainMapNumbers {
  /** log₂ of the gain where the map is 0, and where it is at its largest value. */
  min: Triple;
  max: Triple;
  gamma: Triple;
  /** Added to the base picture before the gain. */
  baseOffset: Triple;
  /** Subtracted after it. */
  otherOffset: Triple;
  /** The base is the HDR picture already; the map leads to the SDR one. */
  isBaseHdr: boolean;
  /** The gain acts on the base's primaries; otherwise on those of the map's profile. */
  isInBaseSpace: boolean;
}

/** Apple's gain map: it holds, with the curve of sRGB, where between 1 and `headroom` the gain lies. */
export interface AppleGainMap {
  headroom: number;
}

/**
 * The numbers in XMP; null if the packet does not give the largest gain, as that of a base picture.
 *
 * @throws RangeError if a number is impossible.
 */
export function numbersOfXmp(xmp: string): GainMapNumbers | null {
  if (!values(xmp, ADOBE, "GainMapMax")) return null;
  const triple = (name: string, otherwise: number): Triple => {
    const texts = values(xmp, ADOBE, name);
    if (texts === null) return [otherwise, otherwise, otherwise];
    const found = texts.map((text) => (text === "" ? Number.NaN : Number(text)));
    if ((found.length !== 1 && found.length !== 3) || found.some(Number.isNaN)) {
      throw impossible(`one or three numbers ${name}`, texts.join(", ").slice(0, 40) || "none");
    }
    return found.length === 3 ? (found as Triple) : [found[0], found[0], found[0]];
  };
  const [sdr, hdr] = [triple("OffsetSDR", 1 / 64), triple("OffsetHDR", 1 / 64)];
  const isBaseHdr = ["true", "1"].includes(value(xmp, ADOBE, "BaseRenditionIsHDR")?.toLowerCase() ?? "");
  return checked({
    min: triple("GainMapMin", 0),
    max: triple("GainMapMax", 0),
    gamma: triple("Gamma", 1),
    baseOffset: isBaseHdr ? hdr : sdr,
    otherOffset: isBaseHdr ? sdr : hdr,
    isBaseHdr,
    isInBaseSpace: true,
  });
}

const MULTICHANNEL = 0x80;
const BASE_SPACE = 0x40;
const COMMON_DENOMINATOR = 0x08; // not of the standard, but of libultrahdr
const IS_SIGNED = [true, true, false, true, true];

/**
 * The numbers in ISO's binary form; null if they are only a version, or of a later version.
 *
 * @throws RangeError if they are cut off, or if one is impossible.
 */
export function numbersOfIso(bytes: Uint8Array): GainMapNumbers | null {
  const reader = new ByteReader(bytes);
  if (bytes.length < 5 || reader.u16(0) !== 0) return null;
  const flags = reader.u8(4);
  const channels = flags & MULTICHANNEL ? 3 : 1;
  const isCommon = (flags & COMMON_DENOMINATOR) !== 0;
  const size = isCommon ? 4 * (3 + 5 * channels) : 8 * (2 + 5 * channels);
  if (bytes.length < 5 + size) throw impossible(`${size} bytes`, `${bytes.length - 5}`);
  let at = isCommon ? 9 : 5;
  const fraction = (isSigned: boolean): number => {
    const above = isSigned ? reader.i32(at) : reader.u32(at);
    const below = reader.u32(isCommon ? 5 : at + 4);
    at += isCommon ? 4 : 8;
    if (below === 0) throw impossible("fractions", "a denominator of 0");
    return above / below;
  };
  const [baseHeadroom, otherHeadroom] = [fraction(false), fraction(false)];
  const found = Array.from({ length: channels }, () => IS_SIGNED.map(fraction));
  const [min, max, gamma, baseOffset, otherOffset] = IS_SIGNED.map(
    (_, index) => [0, 1, 2].map((c) => found[channels === 3 ? c : 0][index]) as Triple,
  );
  const isBaseHdr = baseHeadroom > otherHeadroom;
  const isInBaseSpace = (flags & BASE_SPACE) !== 0;
  return checked({ min, max, gamma, baseOffset, otherOffset, isBaseHdr, isInBaseSpace });
}

/**
 * Apple's gain map: its headroom by XMP, or else by the camera's maker note; null if neither gives it.
 *
 * @throws RangeError if it is impossible.
 */
export function appleGainMap(xmp: string, makerNote: Uint8Array | null): AppleGainMap | null {
  const text = value(xmp, APPLE, "HDRGainMapHeadroom");
  const headroom = text === null ? makerHeadroom(makerNote) : Number(text);
  if (headroom === null) return null;
  if (!(headroom >= 1 && headroom <= 2 ** MOST_STOPS))
    throw impossible("a headroom of 1 or more", `${text}`.slice(0, 40));
  return { headroom };
}

/** Lines by the second number of Apple's maker note, up to 0.01 and beyond; the first number chooses the pair. */
const DIM = [
  [1.8, 20],
  [1.601, 0.101],
];
const BRIGHT = [
  [3, 70],
  // biome-ignore lint/suspicious/noApproximativeNumericConstant: Apple's number, which is not ln 10
  [2.303, 0.303],
];

/** Headroom by the numbers 33 and 48 of Apple's maker note; null if there is no such note. */
function makerHeadroom(note: Uint8Array | null): number | null {
  if (!note || !startsWith(note, "Apple iOS\0") || !startsWith(note, "MM", 12)) return null;
  const reader = new ByteReader(note);
  const { entries } = readDirectory(reader, 14);
  const [first, second] = [33, 48].map((tag) => numberOf(reader, entries.get(tag)));
  if (!Number.isFinite(first)) return null;
  const other = Number.isFinite(second) ? second : 0;
  // [stops] at 0, and by how much each unit takes away
  const [start, slope] = (first < 1 ? DIM : BRIGHT)[other <= 0.01 ? 0 : 1];
  const stops = start - slope * other;
  return 2 ** Math.min(Math.max(stops, 0), MOST_STOPS);
}

/** Whether an XMP packet belongs to a gain map of Apple's. */
export const isApple = (xmp: string): boolean =>
  value(xmp, APPLE, "HDRGainMapVersion") !== null || xmp.includes("urn:com:apple:photo:2020:aux:hdrgainmap");

function checked(found: GainMapNumbers): GainMapNumbers {
  const require = (numbers: Triple[], isGood: (number: number) => boolean, expected: string): void => {
    const wrong = numbers.find((triple) => !triple.every(isGood));
    if (wrong) throw impossible(expected, wrong.join(", "));
  };
  require([found.min, found.max], (stops) => Math.abs(stops) <= MOST_STOPS, `gains of at most 2^${MOST_STOPS}`);
  require([found.baseOffset, found.otherOffset], (offset) =>
    Math.abs(offset) <= MOST_OFFSET, `offsets of at most ${MOST_OFFSET}`);
  require([found.gamma], (gamma) => gamma > 0 && Number.isFinite(gamma), "a gamma above 0");
  return found;
}

const impossible = (expected: string, got: string): RangeError =>
  new RangeError(
    `expected ${expected} in the gain map metadata, got ${got}; export the picture again, with or without HDR`,
  );
