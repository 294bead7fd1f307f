/** A phone's camera: what it sees is gathered while it turns. */

import { LightprobeError } from "lightprobe";
import { type DeviceOrientation, deviceOrientation } from "lightprobe/surround";
import { openCameraFeed } from "../sources/camera.js";
import type { Feed } from "../sources/feed.js";
import type { State } from "../state.js";
import { texts } from "../texts/index.js";
import { facing, gather } from "./gathering.js";
import { createMap } from "./map.js";

/**
 * Asks for the orientation sensors, which iPhones allow only right after a tap, and for the camera. Without sensors, the light is
 * that of one frame at a time.
 *
 * @throws LightprobeError `camera` if the camera is denied, missing or in use.
 */
export async function openPhone(state: Readonly<State>): Promise<Feed> {
  let sensors: DeviceOrientation | null = null;
  try {
    sensors = await deviceOrientation();
  } catch (error) {
    if (!(error instanceof LightprobeError)) throw error;
    console.info(error);
  }
  try {
    const feed = await openCameraFeed();
    if (!sensors) return Object.assign(feed, { notice: texts.surround.single });
    return turning(feed, sensors, state);
  } catch (error) {
    sensors?.stop();
    throw error;
  }
}

/** Adds to a camera's feed that it is gathered. */
function turning(feed: Feed, sensors: DeviceOrientation, state: Readonly<State>): Feed {
  const map = createMap(texts.surround.turn, () => 2 ** state.exposure);
  const dispose = feed.dispose;
  return Object.assign(feed, {
    gather: ((estimator) => {
      const { add } = gather(estimator, {
        orientation: () => sensors.current,
        onLight: (surround, orientation) => map.show(surround, { orientation, fov: state.fov, aspect: feed.aspect }),
      });
      let isRefused = false;
      return {
        async estimate(picture, request = {}) {
          const { fov, response, target } = request;
          if (isRefused || fov === undefined) {
            map.hide(); // a camera that sees everything needs no gathering
            return estimator.estimate(picture, request);
          }
          try {
            return facing(await add(picture, { fov, response }), sensors.current, target);
          } catch (error) {
            isRefused = error instanceof LightprobeError && error.code === "model"; // it takes whole pictures only
            if (isRefused) return estimator.estimate(picture, request);
            throw error;
          }
        },
      };
    }) satisfies Feed["gather"],
    dispose: () => {
      dispose();
      sensors.stop();
      map.hide();
    },
  });
}
