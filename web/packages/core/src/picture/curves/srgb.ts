/** The sRGB transfer function. Convention: spec/CONVENTIONS.md#color. */

/**
 * Linear light of an sRGB value, both 0 … 1.
 *
 * Source: IEC 61966-2-1:1999, 5.3.
 */
export function srgbDecode(display: number): number {
  return display <= 0.04045 ? display / 12.92 : ((display + 0.055) / 1.055) ** 2.4;
}

/**
 * sRGB value of linear light, both 0 … 1.
 *
 * Source: IEC 61966-2-1:1999, 5.2.
 */
export function srgbEncode(linear: number): number {
  return linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
}
