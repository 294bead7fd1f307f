/** Hostile texts, and what must be true of a page that shows them. */

import { expect, type Locator, type Page } from "@playwright/test";

/** Hostile texts, and how each begins and ends when it is shown. */
export const TEXTS: Record<string, [text: string, start: string, end: string]> = {
  "an element": ["<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>", "onerror=alert(1)>"],
  "a script": ['"><script>alert(2)</script>', '"><script>alert(2)', "</script>"],
  quotes: [`' onmouseover='alert(3)' x="`, `' onmouseover='alert(3)'`, `x="`],
  "an entity": ["&lt;b&gt; &#x22;", "&lt;b&gt;", "&#x22;"],
  "an address": ["javascript:alert(4)//", "javascript:alert(4)", "//"],
  "turned around": ["photo\u202egnp.exe\u2066", "photo\ufffdgnp", "exe\ufffd"],
  "several lines": ["one\r\n\ttwo\u2028three\u0000\u001b[31m", "one two", "\ufffd\ufffd[31m"],
  "300 characters": [`start${"x".repeat(290)}stop`, "startxxx", "xxxstop"],
  "300 faces": [`start${"\u{1f600}".repeat(290)}stop`, "start\u{1f600}", "\u{1f600}stop"],
};
export const CASES = Object.entries(TEXTS);
/** Some of them, where the page is opened anew for each. */
export const FEW = ["an element", "quotes", "turned around", "several lines", "300 characters"].map(
  (name) => TEXTS[name],
);

/** Fails unless this is one line of text that begins and ends so, of at most `most` characters. */
export function expectLine(line: string, start: string, end: string, most: number): void {
  expect(line).toContain(start);
  expect(line).toContain(end);
  expect(line.indexOf(start)).toBeLessThanOrEqual(line.lastIndexOf(end));
  expect(line).not.toMatch(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u);
  expect([...line].length).toBeLessThanOrEqual(most);
}

/** Fails if a text has become elements, or sticks out of the page. */
export async function expectTidy(page: Page): Promise<void> {
  const found = await page.evaluate(() => {
    const strange = [
      ...document.querySelectorAll("#credit *, #status *, #facts dd *, #notes li *, #controls img, script, iframe"),
    ];
    const known =
      "#credit > strong, #credit > span, #credit > a[href^='https://polyhaven.com/a/'], .swatch, head > script";
    const wide = [
      ...document.querySelectorAll<HTMLElement>("#left, #credit, #card, #notes, #status, #controls"),
    ].filter((element) => {
      const { left, right } = element.getBoundingClientRect();
      return element.scrollWidth > element.clientWidth + 1 || left < 0 || right > innerWidth;
    });
    return [
      ...strange.filter((element) => !element.matches(known)).map((element) => element.outerHTML),
      ...wide.map((element) => `${element.id} is too wide`),
    ];
  });
  expect(found).toEqual([]);
}

/** Waits until the element shows something else than before. */
export async function next(element: Locator, act: () => Promise<unknown>): Promise<string> {
  const read = async (): Promise<string> => (await element.textContent()) ?? "";
  const before = await read();
  await act();
  await expect.poll(read).not.toBe(before);
  return read();
}
