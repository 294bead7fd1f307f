import { expect, test } from "vitest";
import { fovOf, orientationOnly, readExif } from "../../../src/picture/files/exif.js";
import { readGPano } from "../../../src/picture/files/gpano.js";
import { readProfile } from "../../../src/picture/files/icc.js";
import { plainJpeg, readJpegHeader } from "../../../src/picture/files/jpeg.js";
import { kindOf, remedyFor } from "../../../src/picture/files/kinds.js";
import { otherMetadata } from "../../../src/picture/files/others.js";
import { ascii, be16, be32, directory, exif, jpeg, packet, profile, segment, xmpSegment } from "./build.js";

const GPANO = "http://ns.google.com/photos/1.0/panorama/";
const bytes = (numbers: number[]): Uint8Array => Uint8Array.from(numbers);

test("EXIF: orientation and focal length; nothing of damaged data", () => {
  expect(readExif(bytes(exif(6, 28)))).toMatchObject({ orientation: 6, focalLength: 28, isAdobeRgb: false });
  expect(readExif(bytes(exif(9, 0)))).toMatchObject({ orientation: 1, focalLength: null });
  for (let end = 0; end < exif(6, 28).length; end++) readExif(bytes(exif(6, 28).slice(0, end)));
  expect(readExif(orientationOnly(5).slice(6)).orientation).toBe(5);
});

test("the field of view has the diagonal of a 35 mm film", () => {
  expect(fovOf(28, 36, 24)).toBeCloseTo((2 * Math.atan(18 / 28) * 180) / Math.PI, 10);
  const half = (Math.hypot(36, 24) / 2) * (3 / 5);
  expect(fovOf(26, 3000, 4000)).toBeCloseTo((2 * Math.atan(half / 26) * 180) / Math.PI, 10);
  expect(fovOf(26, 4000, 1600)).toBeNull();
});

test("GPano: a crop, scaled where the picture was resized", () => {
  const numbers = {
    FullPanoWidthPixels: 4000,
    FullPanoHeightPixels: 2000,
    CroppedAreaImageWidthPixels: 1000,
    CroppedAreaImageHeightPixels: 800,
    CroppedAreaLeftPixels: 1000,
    CroppedAreaTopPixels: 600,
  };
  const xmp = packet("GPano", GPANO, {
    ProjectionType: "equirectangular",
    ...numbers,
    PosePitchDegrees: -12.5,
    PoseRollDegrees: 200,
  });
  for (const [width, height] of [
    [1000, 800],
    [500, 400],
  ]) {
    const found = readGPano(xmp, width, height);
    expect(found?.crop).toEqual({ left: 0.25, right: 0.5, top: 0.3, bottom: 0.7 });
    expect(found).toMatchObject({ pitch: -12.5, roll: 0, heading: null });
    expect(found?.notes).toEqual([
      expect.stringMatching(/PoseRollDegrees was not used: expected -180 to 180 degrees, got '200'/),
    ]);
  }
  expect(() => readGPano(xmp, 1000, 900)).toThrow(/part of a 2:1 panorama, got full 4000×2000/);
  expect(() => readGPano(packet("GPano", GPANO, { ProjectionType: "cylindrical" }), 4, 2)).toThrow(/cylindrical/);
  expect(readGPano("", 4, 2)).toBeNull();
});

test("ICC: curves and matrix of Display P3; sRGB's matrix changes nothing", () => {
  // Source: SMPTE RP 431-2 primaries with D65, adapted to D50 (Bradford)
  const p3 = [
    [0.51512, 0.2412, -0.00105],
    [0.29198, 0.69225, 0.04189],
    [0.1571, 0.06657, 0.78407],
  ];
  const found = readProfile(bytes(profile(p3, 2.2)));
  const expected = [1.2249, -0.2247, 0, -0.042, 1.0419, 0, -0.0197, -0.0786, 1.0979]; // CSS Color 4, sample code
  for (let i = 0; i < 9; i++) expect(found?.matrix?.[i]).toBeCloseTo(expected[i], 2);
  expect(found?.curves[1][128]).toBeCloseTo((128 / 255) ** 2.2, 5);
  const srgb = [
    [0.4361, 0.2225, 0.0139],
    [0.3851, 0.7169, 0.0971],
    [0.1431, 0.0606, 0.7142],
  ];
  expect(readProfile(bytes(profile(srgb, 2.4)))?.matrix).toBeNull();
  expect(readProfile(new Uint8Array(200))).toBeNull();
});

test("a JPEG of its own: values as stored, and no metadata but these", () => {
  const parts = [
    xmpSegment("x"),
    segment(0xe2, [...ascii("ICC_PROFILE\0"), 1, 1, 7]),
    segment(0xee, ascii("Adobe1234567")),
  ];
  const file = bytes([...jpeg(10, 5, parts), ...jpeg(4, 2, [])]);
  const header = readJpegHeader(file);
  expect(header).toMatchObject({ width: 10, height: 5, xmp: "x", icc: Uint8Array.of(7) });
  if (!header) throw new Error("expected a header");
  const end = file.length - jpeg(4, 2, []).length;
  for (const keepsProfile of [true, false]) {
    const alone = bytes(plainJpeg(file, header, end, orientationOnly(3), keepsProfile).flatMap((part) => [...part]));
    const again = readJpegHeader(alone);
    expect(again).toMatchObject({ width: 10, height: 5, xmp: "" });
    expect(again?.icc).toEqual(keepsProfile ? Uint8Array.of(7) : null);
    expect(again?.segments.map(({ marker }) => marker)).toEqual([0xe1, ...(keepsProfile ? [0xe2] : []), 0xee, 0xc0]);
    expect([...alone.slice(-2)]).toEqual([0xff, 0xd9]);
  }
});

const chunk = (name: string, data: number[]): number[] => [...be32(data.length), ...ascii(name), ...data, 0, 0, 0, 0];
const png = (...chunks: number[][]): Uint8Array => bytes([...ascii("\x89PNG\r\n\x1a\n"), ...chunks.flat()]);
const box = (name: string, data: number[]): number[] => [...be32(data.length + 8), ...ascii(name), ...data];

test("PNG and AVIF: HDR and linear values that browsers do not hand over are said", () => {
  expect(otherMetadata(png(chunk("cICP", [9, 16, 0, 1]))).notes[0]).toMatch(/HDR \(PQ\)/);
  expect(otherMetadata(png(chunk("cICP", [9, 18, 0, 1]))).notes[0]).toMatch(/HDR \(HLG\)/);
  expect(otherMetadata(png(chunk("cICP", [1, 8, 0, 1]))).notes[0]).toMatch(/linear \(cICP\)/);
  expect(otherMetadata(png(chunk("gAMA", be32(100000)))).notes[0]).toMatch(/linear \(gAMA\)/);
  expect(otherMetadata(png(chunk("gAMA", be32(100000)), chunk("sRGB", [0]))).notes).toEqual([]);
  expect(otherMetadata(png(chunk("gAMA", be32(45455)))).notes).toEqual([]);
  const nclx = (curve: number): number[] => box("colr", [...ascii("nclx"), ...be16(9), ...be16(curve), 0, 9, 128]);
  const avif = (...data: number[][]): Uint8Array =>
    bytes([...box("ftyp", ascii("avif")), ...box("meta", [0, 0, 0, 0, ...data.flat()])]);
  expect(otherMetadata(avif(nclx(16))).notes).toEqual([expect.stringMatching(/HDR \(PQ\)/)]);
  expect(otherMetadata(avif(nclx(13))).notes).toEqual([]);
  expect(otherMetadata(avif(box("infe", [2, 0, 0, 0, 0, 1, 0, 0, ...ascii("tmap")]))).notes[0]).toMatch(/gain map/);
});

test("PNG and WebP: EXIF and XMP", () => {
  const text = [...ascii("XML:com.adobe.xmp\0\0\0\0\0"), ...ascii("<x/>")];
  expect(otherMetadata(png(chunk("eXIf", exif(1, 35)), chunk("iTXt", text)))).toMatchObject({ xmp: "<x/>" });
  const part = (name: string, data: number[]): number[] => [
    ...ascii(name),
    data.length,
    0,
    0,
    0,
    ...data,
    ...(data.length % 2 ? [0] : []),
  ];
  const webp = otherMetadata(
    bytes([...ascii("RIFF\0\0\0\0WEBP"), ...part("XMP ", ascii("<x/>a")), ...part("EXIF", exif(1, 35))]),
  );
  expect(webp.xmp).toBe("<x/>a");
  expect(webp.exif && readExif(webp.exif).focalLength).toBe(35);
});

test("files of other kinds are named, with what to do", () => {
  const dng = [...ascii("MM\0*"), ...be32(8), ...directory([[0xc612, 1, 4, [1, 4, 0, 0]]])];
  expect(kindOf(bytes(dng))).toBe("dng");
  expect(remedyFor(bytes(dng))).toMatch(/raw photograph; develop it first/);
  expect(kindOf(bytes([...ascii("II*\0"), 8, 0, 0, 0, 0, 0]))).toBe("tiff");
  expect(kindOf(bytes([...box("ftyp", ascii("mif1\0\0\0\0heic"))]))).toBe("heic");
  expect(kindOf(bytes([...box("ftyp", ascii("mif1\0\0\0\0avif"))]))).toBe("avif");
  expect(kindOf(bytes([...box("ftyp", ascii("isom"))]))).toBe("video");
  expect(remedyFor(bytes(ascii("#?RADIANCE\n")))).toMatch(/pass \{ radiance/);
  expect(kindOf(bytes(ascii("text")))).toBe("unknown");
});
