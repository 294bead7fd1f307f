/** Inputs and results. Convention: spec/CONVENTIONS.md of the project; three frame, linear Rec.709. */

/** The tone curve of a picture, from radiance to display values; with `auto` the model estimates it. */
export type ResponseName = "auto" | "srgb" | "filmic" | "agx" | "aces" | "reinhard";

/**
 * How bright lost light is taken to be: `best` has the least expected error of irradiance, `median` is too dark as often as too
 * bright, `balanced` lies between them.
 */
export type AnswerName = "best" | "balanced" | "median";

/** Three numbers: a direction, or red, green and blue. */
export type Triple = [number, number, number];

/** Linear radiance, row 0 up, red, green and blue; a fourth channel is ignored. */
export interface RadianceImage {
  radiance: Float32Array;
  width: number;
  height: number;
  /** Default 3. */
  channels?: 3 | 4;
  /**
   * Radiance coefficients, 9 × RGB interleaved, where they are known more exactly than from these pixels: those of a panorama of
   * which this is an average. Used for whole panoramas.
   */
  coeffs?: Float32Array;
}

/** A picture: anything that a canvas can draw, an encoded file, or linear radiance (projected exactly). */
export type Source = CanvasImageSource | ImageData | Blob | RadianceImage;

/** One directional light that stands for the brightest part of the surroundings. */
export interface DominantLight {
  /** Towards the light, unit length. */
  direction: Triple;
  /** Linear, largest channel 1. */
  color: Triple;
  /** color × intensity is the irradiance of a surface that faces the light: what a three.js DirectionalLight takes. */
  intensity: number;
  /** Its share of the luminous irradiance on a surface that faces it [0…1]. */
  share: number;
}

/** Duration of each step of one estimate [ms]. */
export interface Timing {
  /** On the calling thread: taking the frame and posting it to the worker. */
  main: number;
  /** In the worker: reading the pixels. */
  read: number;
  /** In the worker: from pixels to the input of the network, or to radiance. */
  prepare: number;
  /** In the worker: the network, or the projection. */
  network: number;
  /** In the worker: dominant light and smoothing. */
  light: number;
  /** From the call of estimate() to its result, waiting included. */
  total: number;
}

/** The light around the camera. 1.0 is display white of the picture. */
export interface Estimate {
  /** Radiance coefficients, 9 × RGB interleaved, as three's `LightProbe.sh.fromArray` takes them. */
  coeffs: Float32Array;
  /** Linear HDR panorama of the surroundings, 64 × 32 × RGB, row 0 up, for reflections. */
  panorama: Float32Array;
  light: DominantLight;
  /** Part of the sphere [0…1] where the picture is at display white: the light there is a guess. */
  clipped: number;
  /** Part of the sphere [0…1] that the picture covers; the rest is a guess. */
  seen: number;
  /** The tone curve that the estimate assumed; `linear` for radiance, and for files that hold it. */
  response: ResponseName | "linear";
  /** With `auto`: radiance of the gray display values 1/16 … 1 under the curve that the model estimated. */
  curve: Float32Array | null;
  /** Which of the model's answers this is; null where there is one only. */
  answer: AnswerName | null;
  /**
   * How far irradiance may be off [stops]: in 8 of 10 pictures the true one should lie within. The error of an unknown tone
   * curve is no part of it. Null where it is unknown.
   */
  uncertainty: number | null;
  /** What was done with a file that its user may not expect, and what in it was not used; a sentence each. */
  notes: readonly string[];
  timing: Timing;
}
