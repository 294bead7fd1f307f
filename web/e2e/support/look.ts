/** The demo page, opened for tests: motion off, drawings that can be read. */

import type { Page } from "@playwright/test";

/** Opens the page; its program comes after its first script, and may come after the load event. */
export async function visit(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.waitForFunction(() => window.lightprobeDemo);
}

/** Opens the page and waits for its first light. */
export async function openPage(page: Page, query = "", address = ""): Promise<void> {
  await visit(page, `${address}?test${query}`);
  await page.evaluate(async () => {
    const demo = window.lightprobeDemo;
    if (!demo) throw new Error("expected the page's handle, got none");
    await demo.ready;
    await demo.idle();
  });
}

/** Pixels, numbers and texts of the page, to be compared before and after. */
export function look(page: Page) {
  return page.evaluate(() => {
    const demo = window.lightprobeDemo;
    if (!demo) throw new Error("expected the page's handle, got none");
    demo.renderOnce();
    const pixels: number[] = [];
    if (demo.view) {
      const small = document.createElement("canvas");
      Object.assign(small, { width: 160, height: 100 });
      const context = small.getContext("2d");
      context?.drawImage(demo.view.renderer.domElement, 0, 0, 160, 100);
      pixels.push(...(context?.getImageData(0, 0, 160, 100).data ?? []));
    }
    const facts = [...document.querySelectorAll<HTMLElement>("#facts dd")];
    return {
      pixels,
      coeffs: [...(demo.light?.coeffs ?? [])],
      facts: Object.fromEntries(facts.map((fact) => [fact.dataset.fact ?? "", fact.textContent ?? ""])),
      numbers: (document.querySelector("#coeffs") as HTMLTextAreaElement).value,
      status: demo.status(),
      made: demo.made,
    };
  });
}

/** Largest difference of two lists. */
export function change(a: readonly number[], b: readonly number[]): number {
  return Math.max(0, ...a.map((value, i) => Math.abs(value - b[i])));
}

/** How far light is from what it was, relative to its largest number; 0 while there is none. */
export async function moved(page: Page, from: readonly number[]): Promise<number> {
  const { coeffs } = await look(page);
  if (coeffs.length !== from.length) return 0;
  return change(coeffs, from) / Math.max(...from.map(Math.abs));
}
