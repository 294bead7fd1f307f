/**
 * Borders: black that surrounds a picture and is no light: bars above and below, and the outside of fisheye circles;
 * geometry/borders.py in Python.
 */

import { type Sample, thumbnail } from "./thumbnail.js";

/** Code up to which all pixels of a bar are, and the one above which most pixels beside it are. */
const BLACK = 4;
const LIT = 16;
const MOST = 0.8;
/** Share of the height or width up to which bars are not worth a word. */
const SMALL_BAR = 0.1;
/** Display value of the dark outside of a fisheye circle, at most. */
const DARK = 24 / 255;

/** A sentence on black bars above and below, and one on those left and right, where there are any. */
export function barNotes(sample: Sample): string[] {
  const { width, height } = sample;
  const sides = [
    { names: ["upper", "lower"], lines: height, length: width, option: "vfov", isRow: true },
    { names: ["left", "right"], lines: width, length: height, option: "hfov", isRow: false },
  ];
  return sides.flatMap(({ names, lines, length, option, isRow }) => {
    const brightness = (line: number, place: number): number => {
      const at = sample.channels * (isRow ? line * width + place : place * width + line);
      return Math.max(sample.data[at], sample.data[at + 1], sample.data[at + 2]);
    };
    const shares = [false, true].map(
      (isBack) => bar((line, place) => brightness(isBack ? lines - 1 - line : line, place), lines, length) / lines,
    );
    if (shares[0] + shares[1] <= SMALL_BAR) return [];
    const bars = names.map((name, i) => `${name} ${Math.round(100 * shares[i])}%`).filter((_, i) => shares[i] > 0);
    return [
      `The ${bars.join(" and ")} are black bars, which count as dark surroundings; make them transparent, or crop them and ` +
        `give ${option}`,
    ];
  });
}

/** Lines of pixels that are a black bar with a straight edge, from the first on. */
function bar(brightness: (line: number, place: number) => number, lines: number, length: number): number {
  const isBlack = (line: number): boolean => {
    for (let place = 0; place < length; place++) if (brightness(line, place) > BLACK) return false;
    return true;
  };
  let edge = 0;
  while (edge < lines && isBlack(edge)) edge++;
  if (edge === 0 || edge === lines) return 0;
  const last = Math.min(lines, edge + Math.max(3, Math.min(8, Math.floor(lines / 50))));
  for (let line = edge; line < last; line++) {
    let lit = 0;
    for (let place = 0; place < length; place++) if (brightness(line, place) > LIT) lit++;
    if (lit >= MOST * length) return edge;
  }
  return 0;
}

/**
 * Refuses fisheye pictures.
 *
 * @throws RangeError if one or two fisheye circles on black make up the picture.
 */
export function checkCircles(sample: Sample): void {
  const circles = countCircles(sample);
  if (circles === 1) {
    throw new RangeError(
      "expected a panorama, got one circle on black (a fisheye picture, an angular map or a mirror ball); convert it to a " +
        "2:1 panorama, with Hugin or PTGui for instance",
    );
  }
  if (circles === 2) {
    throw new RangeError(
      "expected a panorama, got two fisheye circles on black, as 360° cameras write them before stitching; stitch them " +
        "with the maker's program, with Hugin or with FFmpeg's v360 filter (if it is a panorama: hfov 360, vfov 180)",
    );
  }
}

const SIZE = 64;

/** How many fisheye circles on black make up the picture: one (1:1), two (2:1 or 1:2), or 0. */
function countCircles(sample: Sample): 0 | 1 | 2 {
  const ratio = sample.width / sample.height;
  const near = (wanted: number): boolean => Math.abs(ratio / wanted - 1) < 0.02;
  if (near(1)) return isCircle(thumbnail(sample, SIZE, SIZE, 1)) ? 1 : 0;
  if (near(0.5)) {
    const small = thumbnail(sample, 2 * SIZE, SIZE, 1);
    return isCircle(small.slice(0, SIZE * SIZE)) && isCircle(small.slice(SIZE * SIZE)) ? 2 : 0;
  }
  if (!near(2)) return 0;
  const small = thumbnail(sample, SIZE, 2 * SIZE, 1);
  const half = (first: number): Float64Array =>
    Float64Array.from({ length: SIZE * SIZE }, (_, i) => small[Math.floor(i / SIZE) * 2 * SIZE + first + (i % SIZE)]);
  return isCircle(half(0)) && isCircle(half(SIZE)) ? 2 : 0;
}

/** Whether a circle is lit up to its edge, all around, and everything outside of it is dark. */
function isCircle(square: Float64Array): boolean {
  const place = (index: number): number => (2 * index + 1) / SIZE - 1;
  const radius = square.map((_, i) => Math.hypot(place(i % SIZE), place(Math.floor(i / SIZE))));
  const octant = square.map(
    (_, i) => Math.floor((Math.atan2(place(Math.floor(i / SIZE)), place(i % SIZE)) + Math.PI) * (4 / Math.PI)) % 8,
  );
  const corners = Array.from(square.filter((_, i) => radius[i] > 1.25)).sort((a, b) => a - b);
  const limit = Math.min(DARK, corners[Math.round(0.98 * (corners.length - 1))] + 3 / 255);
  const share = (isMember: (i: number) => boolean): number => {
    let [count, dark] = [0, 0];
    for (let i = 0; i < square.length; i++) {
      if (!isMember(i)) continue;
      count++;
      if (square[i] <= limit) dark++;
    }
    return count > 0 ? dark / count : 1;
  };
  for (let edge = 0.7; edge < 1.15; edge += 0.03) {
    const isRim = (i: number): boolean => radius[i] > edge - 0.15 && radius[i] < edge - 0.03;
    if (share((i) => radius[i] > edge + 0.06) < 0.98 || share(isRim) > 0.45) continue;
    if ([0, 1, 2, 3, 4, 5, 6, 7].every((k) => share((i) => isRim(i) && octant[i] === k) < 0.85)) return true;
  }
  return false;
}
