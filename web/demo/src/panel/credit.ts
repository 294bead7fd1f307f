/** The line of the header that names the source and its author. */

import { byId, make } from "../elements.js";
import type { Feed } from "../sources/feed.js";
import { plainText } from "../texts/plain.js";

/** Writes the title of a source, and who made it. */
export function writeCredit({ title, credit, link }: Feed): void {
  const element = byId("credit");
  element.replaceChildren(make("strong", { textContent: plainText(title) }));
  if (!credit) return;
  const textContent = plainText(credit, 160);
  const by = link
    ? make("a", { href: link, rel: "noopener", target: "_blank", textContent })
    : make("span", { textContent });
  element.append(" · ", by);
}
