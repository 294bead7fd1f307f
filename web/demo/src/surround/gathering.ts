/** Light of everything that a turning camera has seen. */

import {
  type Estimate,
  type EstimateOptions,
  type Estimator,
  PANORAMA,
  rotate,
  rotateDirection,
  type Source,
} from "lightprobe";
import { copyEstimate } from "lightprobe/live";
import { createSurround, type Orientation, type Surround, type SurroundOptions } from "lightprobe/surround";

/** The part of an estimator that followers use. */
export type LightMaker = Pick<Estimator, "estimate">;

/** How pictures are gathered. */
export interface GatheringOptions extends Omit<SurroundOptions, "fov" | "response"> {
  /** Where the camera looks now. */
  orientation(): Orientation;
  /** Time of a picture [s]; default that of the page. */
  time?(): number;
  /** Called after each picture. */
  onLight(surround: Surround, orientation: Orientation): void;
}

/** A request of which the field of view is known. */
export type ViewRequest = Pick<EstimateOptions, "response"> & { fov: number };

/** The light of all pictures so far. */
export interface Gathering {
  /** Adds a picture; its light is in the frame of the world. */
  add(picture: Source, request: ViewRequest): Promise<Estimate>;
  /** Forgets all pictures. */
  restart(): void;
}

/** Gathers pictures for an estimator. Another field of view or tone curve starts anew. */
export function gather(estimator: Estimator, options: GatheringOptions): Gathering {
  const { orientation, time, onLight, ...rest } = options;
  let surround: Surround | null = null;
  let settings = "";
  const restart = (): void => {
    surround?.dispose();
    surround = null;
  };
  const add = async (picture: Source, { fov, response }: ViewRequest): Promise<Estimate> => {
    if (settings !== `${fov} ${response}`) restart();
    settings = `${fov} ${response}`;
    surround ??= createSurround(estimator, { fov, response, ...rest });
    const current = surround;
    const taken = { ...orientation() };
    const sensors = {
      /** Read when the picture is taken. */
      get current() {
        return Object.assign(taken, orientation());
      },
    };
    try {
      const light = await current.add(picture, sensors, time?.());
      if (current === surround) onLight(current, taken);
      return light;
    } catch (error) {
      if (current === surround) throw error;
      return add(picture, { fov, response }); // it was restarted meanwhile
    }
  };
  return { add, restart };
}

/** Light in the frame of a camera that looks there, about the vertical only: the camera's forward becomes +X. */
export function facing(light: Estimate, { yaw }: Orientation, out?: Estimate): Estimate {
  const turned = copyEstimate(light, out);
  const [c, s] = [Math.cos((yaw * Math.PI) / 180), Math.sin((yaw * Math.PI) / 180)];
  const matrix = [c, 0, s, 0, 1, 0, -s, 0, c];
  rotate(light.coeffs, matrix, turned.coeffs);
  rotateDirection(light.light.direction, matrix, turned.light.direction);
  const { width, height } = PANORAMA;
  const columns = (((yaw / 360) % 1) + 1) * width;
  const [first, part] = [Math.floor(columns), columns % 1];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const to = 3 * (row * width + column);
      const left = 3 * (row * width + ((column + first) % width));
      const right = 3 * (row * width + ((column + first + 1) % width));
      for (let i = 0; i < 3; i++) {
        turned.panorama[to + i] = (1 - part) * light.panorama[left + i] + part * light.panorama[right + i];
      }
    }
  }
  return turned;
}
