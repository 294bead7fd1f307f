/** Files that are dropped on the demo page. */

import type { Page } from "@playwright/test";

/** Drops a file on the page, as the desktop would. */
export function drop(page: Page, content: Uint8Array | string, name: string, type = ""): Promise<void> {
  return page.evaluate(
    ([data, name, type]) => {
      const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], name, { type }));
      for (const kind of ["dragenter", "dragover", "drop"]) {
        document.body.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: transfer }));
      }
    },
    [Buffer.from(content).toString("base64"), name, type] as const,
  );
}
