/** The files of a model folder, fetched and checked. */

import { LightprobeError } from "../../../errors.js";
import type { ModelUrls } from "../../protocol/messages.js";
import { type Manifest, parseManifest } from "./manifest.js";

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * The bytes of a file.
 *
 * @throws LightprobeError `model` if it cannot be fetched.
 */
export async function fetchFile(url: string): Promise<ArrayBuffer> {
  let response: Response;
  try {
    response = await fetch(url);
    if (response.ok) return await response.arrayBuffer();
  } catch (error) {
    throw new LightprobeError("model", `${url}: download failed: ${reasonOf(error)}; check the address`, {
      cause: error,
    });
  }
  throw new LightprobeError("model", `${url}: download failed: HTTP ${response.status}; check the address`);
}

/** Manifest and network of a model. */
export interface ModelFiles {
  manifest: Manifest;
  /** model.bin, or the graph where there is none. */
  bytes: Uint8Array;
}

/**
 * Reads a model folder.
 *
 * @throws LightprobeError `model` in one line if a file is missing, damaged, or of another format.
 */
export async function readModel(urls: ModelUrls, fetchOne = fetchFile): Promise<ModelFiles> {
  const early = urls.model === null ? null : fetchOne(urls.model); // both at once
  early?.catch(() => {}); // the error surfaces where it is awaited below
  let manifest: Manifest;
  const document = await fetchOne(urls.manifest);
  try {
    manifest = parseManifest(JSON.parse(new TextDecoder().decode(document)));
  } catch (error) {
    throw new LightprobeError("model", `${urls.manifest}: ${reasonOf(error)}`, { cause: error });
  }
  // a folder that a server puts in the place of the shipped one may have no model.bin
  const known = manifest.form === "compact" ? early : null;
  const url = (known && urls.model) ?? new URL(manifest.file, urls.manifest).href;
  const bytes = new Uint8Array(await (known ?? fetchOne(url)));
  await checkDigest(bytes, manifest.sha256, url);
  return { manifest, bytes };
}

async function checkDigest(bytes: Uint8Array<ArrayBuffer>, expected: string, url: string): Promise<void> {
  if (!globalThis.crypto?.subtle) return; // only secure contexts have it; a page on plain http has none
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (found !== expected) {
    throw new LightprobeError(
      "model",
      `${url}: expected sha256 ${expected.slice(0, 12)}… as in manifest.json, got ${found.slice(0, 12)}…; copy the folder again`,
    );
  }
}
