/** A source of pictures. */

import type { Estimator, RadianceImage } from "lightprobe";
import type { Scene, WebGLRenderer } from "three";
import type { State } from "../state.js";

/** A picture that can be drawn. */
export type Picture = CanvasImageSource | ImageData;

/** The part of a whole panorama that a picture shows, in parts of its width and height [0…1]. */
export interface Crop {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A source, still or live. */
export interface Feed {
  readonly title: string;
  /** Who made it, for the line under the title. */
  readonly credit: string;
  readonly link?: string;
  readonly live: boolean;
  /** Width over height. */
  readonly aspect: number;
  /** Horizontal field of view [°], where it is known better than by the settings. */
  readonly fov?: number;
  /** Where a cropped panorama lies, as its file says. */
  readonly crop?: Crop;
  /** The picture was made from radiance: its true light is exact, and the one to take away. */
  readonly exact?: boolean;
  /** The present picture: another object for each new frame, unless it is `video`. null before the first. */
  picture(): Picture | null;
  /** The file of a still picture, whose metadata the estimator reads. */
  readonly file?: Blob;
  /** The video whose frames are the pictures. */
  readonly video?: HTMLVideoElement;
  /** The same frames come back, as in a loop. */
  readonly replays?: boolean;
  /** The radiance before clipping. */
  truth?(): RadianceImage | null | Promise<RadianceImage>;
  /** Gathers the pictures of a camera that turns: the estimator's light becomes that of all of them. */
  gather?(estimator: Estimator): Pick<Estimator, "estimate">;
  /** A sentence on the source for the status line. */
  readonly notice?: string;
  /** A 3D scene, which is drawn itself as the background. */
  readonly stage?: Scene;
  /** Called whenever the page is drawn, with its time [s]. */
  tick?(seconds: number): void;
  /** Applies settings: the exposure of HDR radiance [EV], and whether it plays. */
  adopt?(settings: { pictureExposure: number; playing: boolean }): void;
  /** Called by the feed when it stops for good, with the reason for the status line. */
  onEnd?: (reason: string) => void;
  /** Called by the feed when its pictures have another shape. */
  onShape?: () => void;
  dispose(): void;
}

/** Parts of the page that sources use. */
export interface OpenContext {
  renderer: WebGLRenderer | null;
  state: Readonly<State>;
  /** Address of a bundled file. */
  media(path: string): string;
}

/** Fetches a file; throws a TypeError with its address if the server has none. */
export async function fetchBlob(url: string, signal?: AbortSignal): Promise<Blob> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new TypeError(`${url} could not be loaded: HTTP ${response.status}; reload the page`);
  return response.blob();
}
