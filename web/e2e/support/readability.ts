/** How readable and accessible the page is. */

import type { Page } from "@playwright/test";
import axe from "axe-core";

/** Rules of WCAG 2.2 A and AA, and best practices, that the page breaks. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source); // not as a script of the page, which its policy forbids
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`));
  });
}

/** Least contrast of texts in the panels, over a white and over a black picture. */
export const leastContrast = (page: Page) =>
  page.evaluate(() => {
    type Color = [number, number, number, number];
    const colorOf = (text: string): Color => {
      const numbers = (text.match(/[\d.]+/g) ?? []).map(Number);
      return [numbers[0], numbers[1], numbers[2], numbers[3] ?? 1];
    };
    const over = (upper: Color, lower: Color): Color => {
      const mixed = [0, 1, 2].map((c) => upper[c] * upper[3] + lower[c] * (1 - upper[3]));
      return [mixed[0], mixed[1], mixed[2], 1];
    };
    const luminance = (color: Color): number =>
      [0.2126, 0.7152, 0.0722].reduce((sum, weight, c) => {
        const value = color[c] / 255;
        return sum + weight * (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
      }, 0);
    const results: [number, string][] = [];
    for (const element of document.querySelectorAll<HTMLElement>(
      "header *, #surround *, #card *, #controls *, #sources *, #panes *",
    )) {
      const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
      if (!own || !element.checkVisibility() || element.matches("option")) continue;
      for (const picture of [
        [255, 255, 255, 1],
        [0, 0, 0, 1],
      ] as Color[]) {
        const layers: Color[] = [];
        for (let each: HTMLElement | null = element; each; each = each.parentElement) {
          layers.push(colorOf(getComputedStyle(each).backgroundColor));
          if (each.matches("header, #surround, #card, #controls, #sources, .label")) break; // below it is the picture
        }
        const back = layers.reduceRight((lower, upper) => over(upper, lower), picture);
        const [a, b] = [luminance(over(colorOf(getComputedStyle(element).color), back)), luminance(back)];
        results.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), `${element.tagName} ${element.textContent}`]);
      }
    }
    return results.sort(([a], [b]) => a - b)[0];
  });
