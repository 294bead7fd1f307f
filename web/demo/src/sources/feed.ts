/** What every source looks like from outside. */

import type { RadianceImage } from "lightprobe";
import type { Scene, WebGLRenderer } from "three";

/** A picture to take light from, still or live. */
export interface Feed {
  readonly title: string;
  /** Who made it, for the line under the title. */
  readonly credit: string;
  readonly link?: string;
  readonly live: boolean;
  /** Width over height. */
  readonly aspect: number;
  /** The picture as it is now; null before the first frame. */
  picture(): CanvasImageSource | ImageData | null;
  /** Changes with every new picture. */
  stamp(): number;
  /** Names the picture of a stamp, for the cache; null where pictures do not come back. */
  frameKey?(): string | null;
  /** What the picture showed before it was clipped: radiance, or 27 coefficients where only those are known. */
  truth?(): RadianceImage | Float32Array | null | Promise<RadianceImage | Float32Array | null>;
  /** A live scene is drawn itself where pictures are the background. */
  readonly stage?: Scene;
  /** Called once per drawn frame, with the time of the page [s]. */
  tick?(seconds: number): void;
  /** Settings of the source that were changed: exposure of HDR [EV], playing. */
  adopt?(settings: { pictureExposure: number; playing: boolean }): void;
  /** Called by the feed when it stops for good: the reason, for the status line. */
  onEnd?: (reason: string) => void;
  dispose(): void;
}

/** What a source may use to open itself. */
export interface OpenContext {
  renderer: WebGLRenderer | null;
  /** Files of the bundled set are named relative to the page. */
  media(path: string): string;
}

/** Fetches a file of the page; throws a TypeError with the path when it is not there. */
export async function fetchBlob(url: string, signal?: AbortSignal): Promise<Blob> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new TypeError(`expected ${url}, got status ${response.status}; reload the page`);
  return response.blob();
}
