/**
 * Trusted Types: the scripts that the page may start from a text. Import it before everything else.
 *
 * Source: W3C, Trusted Types. The Content Security Policy in index.html demands them; it allows this policy and no other.
 */

/** The part of the standard that is used; TypeScript does not describe it yet. */
interface Factory {
  createPolicy(name: string, rules: { createScriptURL(address: string): string }): unknown;
}

/**
 * The address of a worker, if its script belongs to the page.
 *
 * @throws TypeError otherwise.
 */
export function ownScript(address: string, base: string): string {
  const url = new URL(address, base);
  const folder = new URL(".", base);
  if (url.origin === folder.origin && url.pathname.startsWith(folder.pathname)) return url.href;
  throw new TypeError(`expected a script of the page, got ${url.href.slice(0, 100)}; use a worker in its folder`);
}

const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;
// HTML and scripts have no rule, so a text never becomes either
factory?.createPolicy("default", { createScriptURL: (address) => ownScript(address, document.baseURI) });
