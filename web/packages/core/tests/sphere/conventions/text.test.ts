/** cmgen's text: the numbers and the bytes that Python prints. */

import { expect, test } from "vitest";
import { CONVENTIONS, fromConvention, toConvention } from "../../../src/sphere/conventions/conventions.js";
import { fixed, shText } from "../../../src/sphere/conventions/text.js";
import { chance, close, gentle } from "../helpers.js";

const COEFFS = Array.from({ length: 27 }, (_, i) => {
  const [row, channel] = [Math.floor(i / 3) - 1, i % 3];
  return row < 0 ? [2.75, 2.5, 2][channel] : ((-1) ** (row + channel) * (row + 2 * channel + 1)) / 16;
});

/**
 * What Python's SH(COEFFS) prints; the last of fifteen decimals is open where double arithmetic is done in another
 * order.
 */
const PYTHON = {
  cmgen: `\
( 0.775760677378165,  0.705236979434695,  0.564189583547756); // L00, irradiance, pre-scaled base
( 0.019551443978602, -0.058654331935806,  0.097757219893010); // L1-1, irradiance, pre-scaled base
( 0.058654331935806, -0.097757219893010,  0.136860107850214); // L10, irradiance, pre-scaled base
( 0.039102887957204, -0.078205775914408,  0.117308663871612); // L11, irradiance, pre-scaled base
(-0.072532957982236,  0.101546141175130, -0.130559324368024); // L2-2, irradiance, pre-scaled base
(-0.058026366385789,  0.087039549578683, -0.116052732771577); // L2-1, irradiance, pre-scaled base
(-0.016450106348045,  0.019515709864652, -0.022581313381260); // L20, irradiance, pre-scaled base
(-0.101546141175130,  0.130559324368024, -0.159572507560919); // L21, irradiance, pre-scaled base
(-0.066702413727442,  0.086518786370514, -0.106335159013587); // L22, irradiance, pre-scaled base
`,
  "cmgen-irradiance": `\
( 8.639379797371930,  7.853981633974483,  6.283185307179586); // L00, irradiance
(-0.125710923038505,  0.377132769115516, -0.628554615192527); // L1-1, irradiance
( 0.377132769115516, -0.628554615192527,  0.879976461269538); // L10, irradiance
(-0.251421846077011,  0.502843692154022, -0.754265538231032); // L11, irradiance
(-0.208566505208965,  0.291993107292551, -0.375419709376137); // L2-2, irradiance
( 0.166853204167172, -0.250279806250758,  0.333706408334344); // L2-1, irradiance
(-0.163858323897826,  0.194394579611834, -0.224930835325842); // L20, irradiance
( 0.291993107292551, -0.375419709376137,  0.458846311459722); // L21, irradiance
(-0.383601874434575,  0.497564732232169, -0.611527590029764); // L22, irradiance
`,
  "cmgen-radiance": `\
( 2.750000000000000,  2.500000000000000,  2.000000000000000); // L00
(-0.049342197207280,  0.148026591621840, -0.246710986036400); // L1-1
( 0.148026591621840, -0.246710986036400,  0.345395380450960); // L10
(-0.098684394414560,  0.197368788829120, -0.296053183243680); // L11
(-0.117005426999599,  0.163807597799438, -0.210609768599278); // L2-2
( 0.093604341599679, -0.140406512399518,  0.187208683199358); // L2-1
(-0.091924219259918,  0.109055002724917, -0.126185786189917); // L20
( 0.163807597799438, -0.210609768599278,  0.257411939399117); // L21
(-0.215199948194437,  0.279132902459276, -0.343065856724115); // L22
`,
};

const NUMBER = /[ -]\d+\.\d{15}/g;

test.each(["cmgen", "cmgen-irradiance", "cmgen-radiance"] as const)("%s", (convention) => {
  const text = shText(COEFFS, convention);
  expect(text.replaceAll(NUMBER, "#")).toBe(PYTHON[convention].replaceAll(NUMBER, "#"));
  const numbers = (of: string): number[] => Array.from(of.match(NUMBER) ?? [], Number);
  expect(numbers(text)).toHaveLength(27);
  close(numbers(text), numbers(PYTHON[convention]), 3e-15); // the last digit, see above
  close(numbers(text), toConvention(COEFFS, convention), 1e-15);
});

// what Python's "{:18.15f}" prints
test.each([
  [0.414883, " 0.414883000000000"],
  [-1.25, "-1.250000000000000"],
  [1234.5, "1234.500000000000000"],
  [0, " 0.000000000000000"],
  [-0, "-0.000000000000000"],
  [-1e-17, "-0.000000000000000"],
  [2 ** -16, " 0.000015258789062"], // …0625: exactly between, to the even digit
  [3 * 2 ** -16, " 0.000045776367188"], // …1875
  [-5 * 2 ** -16, "-0.000076293945312"], // …3125
  [1e21, "1000000000000000000000.000000000000000"],
])("%d to fifteen decimals", (value, text) => {
  expect(fixed(value)).toBe(text);
});

test("with a window of the options", () => {
  const coeffs = gentle(chance(1));
  expect(shText(coeffs, "cmgen", { window: "none" })).not.toBe(shText(coeffs));
  expect(shText(coeffs, "cmgen", { window: "auto" })).toBe(shText(coeffs));
});

test("each convention's own window unless the options name another, and there and back", () => {
  const coeffs = gentle(chance(2));
  for (const { name, window: own, labels, summary } of CONVENTIONS) {
    expect(toConvention(coeffs, name)).toEqual(toConvention(coeffs, name, { window: own }));
    const byCmgen = name.startsWith("cmgen") || name === "cesium";
    expect(own).toBe(name === "cmgen-radiance" ? "auto-radiance" : byCmgen ? "auto" : "none");
    expect(new Set(labels).size).toBe(9);
    expect(summary.length).toBeLessThan(80);
    close(fromConvention(toConvention(coeffs, name, { window: "none" }), name), coeffs);
  }
});

test("refuses", () => {
  const coeffs = gentle(chance(3));
  expect(() => toConvention(coeffs, "ogre" as "unity")).toThrow(/expected a convention \(radiance, .*\), got 'ogre'/);
  expect(() => fromConvention(coeffs, "ogre" as "unity")).toThrow(RangeError);
  expect(() => fromConvention(coeffs.subarray(3), "unity")).toThrow(/expected 27 coefficients .* got 24/);
  expect(() => shText(coeffs, "unity" as "cmgen")).toThrow(/expected a convention of cmgen's .* got 'unity'/);
});
