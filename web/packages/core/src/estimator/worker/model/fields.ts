/** Checks of fields in documents that anyone may have written; errors are RangeErrors in one line. */

/** An object, not yet checked. */
export type Fields = Record<string, unknown>;

/** Refuses a value. */
export function refuse(expected: string, got: unknown, remedy = "copy or export the model again"): never {
  const value = (typeof got === "string" ? got : JSON.stringify(got)) || "nothing";
  // one line, without controls
  throw new RangeError(`expected ${expected}, got ${value.slice(0, 60).replace(/\p{C}+/gu, " ")}; ${remedy}`);
}

/** Refuses a value unless it is as it should be. */
export function need(isMet: unknown, expected: string, got: unknown, remedy?: string): void {
  if (!isMet) refuse(expected, got, remedy);
}

/** Whether a value is an object, and no list. */
export const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value as an object. */
export function fields(value: unknown, expected: string): Fields {
  return isObject(value) ? value : refuse(expected, value);
}

/** A value as text. */
export function text(value: unknown, field: string): string {
  return typeof value === "string" ? value : refuse(`${field} of type string`, value);
}
