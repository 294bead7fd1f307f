/** Fetches the worker's files while it starts. */

import type { Content } from "../protocol/messages.js";

/**
 * The bytes of files, all fetched at once. One that cannot be fetched is left out: the worker asks for it again, and says why
 * not.
 */
export async function download(urls: readonly string[]): Promise<Content[]> {
  const contents = await Promise.all(
    urls.map(async (url) => {
      const bytes = await bytesOf(url);
      return bytes ? [{ url, bytes }] : [];
    }),
  );
  return contents.flat();
}

async function bytesOf(url: string): Promise<ArrayBuffer | null> {
  try {
    if (url.startsWith("data:")) return bytesIn(url);
    const response = await fetch(url);
    return response.ok ? await response.arrayBuffer() : null;
  } catch {
    return null;
  }
}

/** The bytes in a `data:` address, in which bundlers put small files. Fetching it would need `connect-src data:` in the CSP. */
function bytesIn(url: string): ArrayBuffer {
  const comma = url.indexOf(",");
  const text = url.slice(comma + 1);
  if (!url.slice(0, comma).endsWith(";base64")) return new TextEncoder().encode(decodeURIComponent(text)).buffer;
  return fromBase64(text);
}

/** The bytes that a text in base64 stands for. */
export function fromBase64(text: string): ArrayBuffer {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes.buffer;
}
