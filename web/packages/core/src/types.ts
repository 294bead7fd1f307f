/** What the library takes and tells. Convention: spec/CONVENTIONS.md of the project; frame three, linear Rec.709. */

/** How radiance became a picture: its tone curve; `auto` lets the model find out. */
export type ResponseName = "auto" | "srgb" | "filmic" | "agx" | "aces" | "reinhard";

/** Three numbers: a direction, or red, green and blue. */
export type Triple = [number, number, number];

/** Linear radiance, row 0 up, red, green and blue (and, with four channels, something that is not looked at). */
export interface RadianceImage {
  radiance: Float32Array;
  width: number;
  height: number;
  /** 3 unless told. */
  channels?: 3 | 4;
}

/** Pixels of a picture: anything that a canvas can draw, an encoded file, or linear radiance (projected exactly). */
export type Source = CanvasImageSource | ImageData | Blob | RadianceImage;

/** One directional light for the brightest part of the surroundings. */
export interface DominantLight {
  /** Towards the light, unit length. */
  direction: Triple;
  /** Linear, largest channel 1. */
  color: Triple;
  /** color × intensity is the irradiance of a surface that faces the light: what a three.js DirectionalLight takes. */
  intensity: number;
  /** Its part of the luminous irradiance of a surface that faces it [0…1]. */
  share: number;
}

/** Where the time of one estimate went [ms]. */
export interface Timing {
  /** On the calling thread: taking the frame and handing it over. */
  main: number;
  /** In the worker: reading the pixels back. */
  read: number;
  /** In the worker: from pixels to what the network takes. */
  prepare: number;
  /** In the worker: the network, or the projection. */
  network: number;
  /** In the worker: dominant light and smoothing. */
  light: number;
  /** From the call of estimate() to its answer, waiting included. */
  total: number;
}

/** The light around a picture's point of view. 1.0 is display white of the picture. */
export interface Estimate {
  /** Radiance coefficients, 9 × RGB interleaved, as three's `LightProbe.sh.fromArray` takes them. */
  coeffs: Float32Array;
  /** Small linear HDR panorama of the surroundings, 64 × 32 × RGB, row 0 up, for reflections. */
  panorama: Float32Array;
  light: DominantLight;
  /** Part of the sphere [0…1] where the picture was at display white: its light is a guess. */
  clipped: number;
  /** Part of the sphere [0…1] that the picture shows; the rest is filled. */
  seen: number;
  /** The tone curve that was undone; `linear` for radiance. */
  response: ResponseName | "linear";
  /** With `auto`: radiance of the gray display values 1/16 … 1 under the curve that the model found. */
  curve: Float32Array | null;
  timing: Timing;
}
