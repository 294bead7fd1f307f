/** Records errors, warnings and dialogs of a page, and its requests to other origins. */

import type { Page } from "@playwright/test";

/** Everything recorded so far. */
export interface Noises {
  /** Messages of the console's errors and warnings, uncaught errors, and dialogs. */
  complaints: string[];
  /** Requests to other origins. */
  strangers: string[];
}

/** WebGL's warning that reading pixels is slow, which only software rendering prints. */
const HARMLESS = /GPU stall due to ReadPixels|GL Driver Message/;

/** Listens to a page; call before it is opened. */
export function listen(page: Page, origin: string): Noises {
  const noises: Noises = { complaints: [], strangers: [] };
  page.on("console", (message) => {
    if (!["error", "warning"].includes(message.type()) || HARMLESS.test(message.text())) return;
    noises.complaints.push(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => noises.complaints.push(String(error)));
  page.on("dialog", (dialog) => {
    noises.complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.context().on("request", (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (protocol.startsWith("http") && asked !== new URL(origin).origin) noises.strangers.push(request.url());
  });
  return noises;
}
