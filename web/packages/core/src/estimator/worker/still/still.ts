/** Still pictures from files, read row by row at their full size. */

import type { Decoder } from "../../../picture/curves/decoder.js";
import type { GainMapPicture } from "../../../picture/gain-map/gain.js";
import type { Rows } from "../../../picture/gain-map/sampler.js";
import type { Crop } from "../../../picture/partial/crop.js";
import type { LayeredPicture } from "../../../picture/partial/layers.js";
import { type Leveled, leveled } from "../../../picture/partial/pose.js";
import { displayLayers, opacityLayers } from "./rows.js";

/** A still picture. */
export interface Still {
  readonly width: number;
  readonly height: number;
  /** Layers of which the first is 1 where it is opaque; null where it is opaque everywhere. */
  readonly opacity: LayeredPicture | null;
  /** Largest width [pixels] at which a whole panorama is kept. */
  readonly largest: number;
  /** Its layers; a decoder undoes the curve of display values. */
  layers(decoder: Decoder): LayeredPicture;
  /** Of pictures that hold linear radiance; null for display values. */
  readonly hdr: HdrFacts | null;
}

/** What is known of the radiance in a picture, once all its rows were read. */
export interface HdrFacts {
  /** The largest value. */
  readonly brightest: number;
  /** Whether light is lost somewhere. */
  readonly hasWhite: boolean;
  /** The same picture, clipped at display white. */
  readonly sdr: Still;
}

/** A picture with transparent pixels. */
export function transparentStill(rows: Rows, largest: number): Still {
  const { width, height } = rows;
  const opacity = opacityLayers(rows);
  return { width, height, opacity, largest, layers: (decoder) => displayLayers(rows, decoder), hdr: null };
}

/** A picture of display values without transparent pixels. */
export const plainStill = (rows: Rows, largest: number): Still => ({
  ...transparentStill(rows, largest),
  opacity: null,
});

/** A panorama, or a part of one, turned so that the horizon is level. Angles in degrees. */
export function leveledStill(still: Still, crop: Crop | null, pitch: number, roll: number): Still {
  const turn = (layers: LayeredPicture): Leveled => leveled(layers, still.opacity, crop, pitch, roll);
  const blank: LayeredPicture = { width: still.width, height: still.height, readLayers: (_, out) => out.fill(0) };
  const { layers, opacity } = turn(blank);
  const { hdr } = still;
  return {
    width: layers.width,
    height: layers.height,
    opacity,
    largest: still.largest,
    layers: (decoder) => turn(still.layers(decoder)).layers,
    hdr: hdr && {
      get brightest() {
        return hdr.brightest;
      },
      get hasWhite() {
        return hdr.hasWhite;
      },
      get sdr() {
        return leveledStill(hdr.sdr, crop, pitch, roll);
      },
    },
  };
}

/** A picture with a gain map. */
export function gainMapStill(picture: GainMapPicture, largest: number): Still {
  const { width, height } = picture;
  const shared = { width, height, opacity: null, largest };
  const clipped: LayeredPicture = { width, height, readLayers: (row, out) => picture.readSdrLayers(row, out) };
  const hdr: HdrFacts = {
    get brightest() {
      return picture.brightest;
    },
    get hasWhite() {
      return picture.hasWhite;
    },
    sdr: { ...shared, layers: () => clipped, hdr: null },
  };
  return { ...shared, layers: () => picture, hdr };
}
