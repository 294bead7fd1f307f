/** Fetching files of a model. */

import { LightprobeError } from "../../errors.js";
import type { ModelUrls } from "../protocol/messages.js";
import { type Manifest, parseManifest } from "./manifest.js";

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * A file, whole.
 *
 * @throws LightprobeError `model` if it cannot be had.
 */
export async function fetchFile(url: string): Promise<ArrayBuffer> {
  let answer: Response;
  try {
    answer = await fetch(url);
    if (answer.ok) return await answer.arrayBuffer();
  } catch (error) {
    throw new LightprobeError("model", `${url}: expected a file, got: ${reasonOf(error)}; check the address`, {
      cause: error,
    });
  }
  throw new LightprobeError("model", `${url}: expected a file, got HTTP ${answer.status}; check the address`);
}

/** A model's manifest and graph, checked. */
export interface ModelFiles {
  manifest: Manifest;
  graph: Uint8Array;
}

/**
 * Reads a model folder.
 *
 * @throws LightprobeError `model` in one line if a file is missing or damaged, or of an unknown kind.
 */
export async function readModel(urls: ModelUrls, fetchOne = fetchFile): Promise<ModelFiles> {
  const early = urls.model === null ? null : fetchOne(urls.model); // side by side
  early?.catch(() => {}); // told when it is awaited, if the manifest is good
  let manifest: Manifest;
  const document = await fetchOne(urls.manifest);
  try {
    manifest = parseManifest(JSON.parse(new TextDecoder().decode(document)));
  } catch (error) {
    throw new LightprobeError("model", `${urls.manifest}: ${reasonOf(error)}`, { cause: error });
  }
  const url = urls.model ?? new URL(manifest.file, urls.manifest).href;
  const graph = new Uint8Array(await (early ?? fetchOne(url)));
  await checkDigest(graph, manifest.sha256, url);
  return { manifest, graph };
}

async function checkDigest(graph: Uint8Array<ArrayBuffer>, expected: string, url: string): Promise<void> {
  if (!globalThis.crypto?.subtle) return; // browsers offer it to secure contexts alone; a test page on http has none
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", graph));
  const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (found !== expected) {
    throw new LightprobeError(
      "model",
      `${url}: expected the file that manifest.json tells of (sha256 ${expected.slice(0, 12)}…), got another ` +
        `(${found.slice(0, 12)}…); copy the folder again`,
    );
  }
}
