/** Names and messages from elsewhere (files, models, servers), made fit to be shown in a line. */

/** Invisible characters that break a line, or turn the direction of the text after them. */
const INVISIBLE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/**
 * The text in one line of at most `most` characters, without its middle if it is longer. White space becomes one space;
 * other control characters and those that turn the direction become �.
 */
export function plainText(text: string, most = 80): string {
  const line = text.slice(0, 100_000).replace(/\s+/g, " ").replace(INVISIBLE, "\ufffd").trim();
  const characters = [...line];
  if (characters.length <= most) return line;
  const start = Math.ceil((most - 1) / 2);
  return `${characters.slice(0, start).join("")}…${characters.slice(start + 1 - most).join("")}`;
}
