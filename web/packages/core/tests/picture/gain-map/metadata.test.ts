import { expect, test } from "vitest";
import { readJpegHeader } from "../../../src/picture/files/jpeg.js";
import { furtherPictures } from "../../../src/picture/gain-map/container.js";
import { appleGainMap, numbersOfIso, numbersOfXmp } from "../../../src/picture/gain-map/metadata.js";
import { ascii, be16, be32, jpeg, mpf, packet, segment, xmpSegment } from "../files/build.js";

const ADOBE = "http://ns.adobe.com/hdr-gain-map/1.0/";
const ISO = "urn:iso:std:iso:ts:21496:-1\0";

test("XMP: attributes, lists, defaults, and any prefix", () => {
  expect(numbersOfXmp(packet("hdrgm", ADOBE, { Version: "1.0", GainMapMax: 6 }))).toEqual({
    min: [0, 0, 0],
    max: [6, 6, 6],
    gamma: [1, 1, 1],
    baseOffset: [1 / 64, 1 / 64, 1 / 64],
    otherOffset: [1 / 64, 1 / 64, 1 / 64],
    isBaseHdr: false,
    isInBaseSpace: true,
  });
  const list = (name: string, values: number[]): string =>
    `<gm:${name}><rdf:Seq>${values.map((value) => `<rdf:li>${value}</rdf:li>`).join("\n")}</rdf:Seq></gm:${name}>`;
  const xmp = `<rdf:Description xmlns:gm="${ADOBE}" gm:OffsetSDR="0" gm:OffsetHDR='0.5' gm:BaseRenditionIsHDR="True">
    ${list("GainMapMin", [-1, -0.5, 0])}${list("GainMapMax", [1, 2, 3])}<gm:Gamma>0.7</gm:Gamma></rdf:Description>`;
  expect(numbersOfXmp(xmp)).toMatchObject({
    min: [-1, -0.5, 0],
    max: [1, 2, 3],
    gamma: [0.7, 0.7, 0.7],
    baseOffset: [0.5, 0.5, 0.5],
    otherOffset: [0, 0, 0],
    isBaseHdr: true,
  });
  expect(numbersOfXmp(packet("hdrgm", ADOBE, { Version: "1.0" }))).toBeNull();
});

test.each([
  [{ GainMapMax: "x" }, /one or three numbers GainMapMax/],
  [{ GainMapMax: 65 }, /gains of at most 2\^64/],
  [{ GainMapMax: 2, Gamma: 0 }, /gamma above 0/],
  [{ GainMapMax: 2, OffsetSDR: 5000 }, /offsets of at most 1024/],
])("XMP with impossible numbers is refused: %o", (attributes, message) => {
  expect(() => numbersOfXmp(packet("hdrgm", ADOBE, attributes))).toThrow(message);
});

/** ISO's binary form with a denominator of 100 for each number. */
const iso = (flags: number, headrooms: number[], channels: number[][]): Uint8Array =>
  Uint8Array.from([
    ...be16(0),
    ...be16(0),
    flags,
    ...[...headrooms, ...channels.flat()].flatMap((value) => [...be32(Math.round(100 * value)), ...be32(100)]),
  ]);

test("ISO: one channel or three, signed numbers, direction and color space", () => {
  const found = numbersOfIso(iso(0x40, [0, 3], [[-0.5, 3, 1.2, 0.01, -0.02]]));
  expect(found).toMatchObject({ min: [-0.5, -0.5, -0.5], max: [3, 3, 3], gamma: [1.2, 1.2, 1.2], isBaseHdr: false });
  expect(found).toMatchObject({
    baseOffset: [0.01, 0.01, 0.01],
    otherOffset: [-0.02, -0.02, -0.02],
    isInBaseSpace: true,
  });
  const three = numbersOfIso(
    iso(
      0x80,
      [3, 0],
      [1, 2, 3].map((k) => [-k, k, k, 0, 0]),
    ),
  );
  expect(three).toMatchObject({
    min: [-1, -2, -3],
    max: [1, 2, 3],
    gamma: [1, 2, 3],
    isBaseHdr: true,
    isInBaseSpace: false,
  });
  const common = [0, 0, 0, 0, 0x48, ...[10, 0, 30, -5, 30, 10, 1, 1].flatMap(be32)];
  expect(numbersOfIso(Uint8Array.from(common))).toMatchObject({
    min: [-0.5, -0.5, -0.5],
    max: [3, 3, 3],
    otherOffset: [0.1, 0.1, 0.1],
  });
});

test("ISO: a mere version and a later one are none; what is cut short or divides by 0 is refused", () => {
  expect(numbersOfIso(Uint8Array.of(0, 0, 0, 0))).toBeNull();
  const good = iso(0, [0, 1], [[0, 1, 1, 0, 0]]);
  expect(numbersOfIso(Uint8Array.from(good, (byte, i) => (i === 1 ? 1 : byte)))).toBeNull();
  expect(() => numbersOfIso(good.slice(0, 40))).toThrow(/56 bytes/);
  expect(() => numbersOfIso(Uint8Array.from(good, (byte, i) => (i >= 9 && i < 13 ? 0 : byte)))).toThrow(
    /denominator of 0/,
  );
});

test("Apple's headroom, by XMP or by the maker note", () => {
  const APPLE = "http://ns.apple.com/HDRGainMap/1.0/";
  expect(appleGainMap(packet("HDRGainMap", APPLE, { HDRGainMapHeadroom: 4.5 }), null)).toEqual({ headroom: 4.5 });
  const entries = [33, 48].flatMap((tag, k) => [...be16(tag), ...be16(10), ...be32(1), ...be32(44 + 8 * k)]);
  const note = [
    ...ascii("Apple iOS\0\0\x01MM"),
    ...be16(2),
    ...entries,
    0,
    0,
    0,
    0,
    ...be32(80),
    ...be32(100),
    ...be32(5),
    ...be32(1000),
  ];
  expect(appleGainMap("", Uint8Array.from(note))?.headroom).toBeCloseTo(2 ** (1.8 - 20 * 0.005), 6);
  expect(appleGainMap("", null)).toBeNull();
});

const mapXmp = packet("hdrgm", ADOBE, { Version: "1.0", GainMapMax: 3 });
const baseXmp = packet("hdrgm", ADOBE, { Version: "1.0" });
const map = jpeg(8, 4, [xmpSegment(mapXmp)]);
const further = (bytes: number[]) => {
  const file = Uint8Array.from(bytes);
  const header = readJpegHeader(file);
  if (!header) throw new Error("expected a header");
  return furtherPictures(file, header, null);
};

test("a map is found by the MPF index, by the container, or by its first bytes", () => {
  const plain = jpeg(32, 16, [xmpSegment(baseXmp), segment(0xe2, mpf(0))]);
  const start = plain.length - (plain.indexOf(0x4d, 4 + xmpSegment(baseXmp).length) + 4);
  // without its end, so that nothing but the index leads on
  const indexed = jpeg(32, 16, [xmpSegment(baseXmp), segment(0xe2, mpf(start - 2))]).slice(0, -2);
  const item = (more: string): string => `<C:Item I:Mime="image/jpeg" ${more}/>`;
  const container = jpeg(32, 16, [xmpSegment(baseXmp + item("") + item(`I:Length="${map.length}"`))]);
  for (const base of [indexed, container, jpeg(32, 16, [xmpSegment(baseXmp)], [0xff, 0xd0, 9])]) {
    const { gainMap, notes } = further([...base, ...map]);
    expect(gainMap).toMatchObject({ start: base.length, numbers: { max: [3, 3, 3] }, header: { width: 8, height: 4 } });
    expect(notes).toEqual([]);
  }
});

test("ISO's numbers win over XMP's", () => {
  const both = jpeg(8, 4, [xmpSegment(mapXmp), segment(0xe2, [...ascii(ISO), ...iso(0, [0, 2], [[0, 2, 1, 0, 0]])])]);
  const base = jpeg(32, 16, [segment(0xe2, [...ascii(ISO), 0, 0, 0, 0])]);
  expect(further([...base, ...both]).gainMap).toMatchObject({ numbers: { max: [2, 2, 2] } });
});

test("what is not used is said", () => {
  const base = jpeg(32, 16, [xmpSegment(baseXmp)]);
  expect(further(base)).toEqual({ gainMap: null, notes: [expect.stringMatching(/not used \(it was not found\)/)] });
  const newer = jpeg(8, 4, [segment(0xe2, [...ascii(ISO), 0, 1, 0, 1, 0])]);
  expect(further([...base, ...newer]).notes[0]).toMatch(/newer version of ISO 21496-1/);
  const apple = jpeg(8, 4, [xmpSegment("urn:com:apple:photo:2020:aux:hdrgainmap")]);
  expect(further([...base, ...apple]).notes[0]).toMatch(/headroom is not given/);
  const other = jpeg(32, 16, [segment(0xe2, mpf(1))]);
  expect(further([...other, ...jpeg(8, 4, [])]).notes).toEqual(["The file holds 2 pictures; the first one was used"]);
});

test("mutated files end in an answer or in an error of one line", () => {
  const file = Uint8Array.from([...jpeg(32, 16, [xmpSegment(baseXmp), segment(0xe2, mpf(60))]), ...map]);
  let state = 1;
  const chance = (limit: number): number => {
    state = (state * 48271) % 2147483647;
    return state % limit;
  };
  for (let trial = 0; trial < 500; trial++) {
    const bytes = file.slice(0, trial % 3 ? file.length : chance(file.length));
    for (let k = 0; k < 1 + (trial % 5) && bytes.length > 0; k++) bytes[chance(bytes.length)] = chance(256);
    const header = readJpegHeader(bytes);
    try {
      if (header) furtherPictures(bytes, header, null);
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError);
      expect((error as Error).message).not.toMatch(/\n/);
    }
  }
});
