/** Where a phone looks, by its sensors. */

import { LightprobeError } from "../errors.js";
import type { Orientation } from "../estimator/protocol/messages.js";
import type { Triple } from "../types.js";
import { anglesOf } from "./angles.js";
import type { OrientationSource } from "./surround.js";

/** Options of `deviceOrientation`. */
export interface DeviceOrientationOptions {
  /**
   * Yaw 0 is north, by the compass, which magnets disturb; Safari has none. Default false: yaw 0 is where the camera looks first,
   * and yaw drifts slowly, which the alignment of frames takes up.
   */
  absolute?: boolean;
  /** How long to wait for the sensor [ms]; default 1000. */
  patience?: number;
}

/** The sensors of a device. */
export interface DeviceOrientation extends OrientationSource {
  /** Where the rear camera looks, upright as the screen shows it. The object is the same each time, with new contents. */
  readonly current: Orientation;
  /** Ends listening. */
  stop(): void;
}

/** The part of the class that only Safari has. */
interface Guarded {
  requestPermission?: () => Promise<"granted" | "denied">;
}

/**
 * Asks for the device's orientation sensors, and resolves when they tell where the rear camera looks.
 *
 * On iPhones call it in a click, or Safari refuses. Where it fails, pass null to `Surround.add`: orientations are then found from the
 * pictures; or estimate single frames.
 *
 * Source: W3C, "Device Orientation and Motion": Z-X′-Y″ angles from the earth's east, north and up.
 *
 * @throws LightprobeError `orientation` if permission is denied, or if there is no sensor.
 */
export async function deviceOrientation(options: DeviceOrientationOptions = {}): Promise<DeviceOrientation> {
  const { absolute = false, patience = 1000 } = options;
  if (typeof DeviceOrientationEvent === "undefined") throw missing("this browser has no orientation sensors");
  await askPermission(DeviceOrientationEvent as Guarded);
  const sensors = new Sensors(absolute ? "deviceorientationabsolute" : "deviceorientation");
  const answered = new Promise<void>((resolve, reject) => {
    const fail = (what: string): void => reject(missing(what));
    const timer = setTimeout(fail, patience, `no orientation sensor answered in ${patience} ms`);
    sensors.onAnswer = (hasAngles) => {
      clearTimeout(timer);
      if (hasAngles) resolve();
      else fail("this device has no orientation sensor");
    };
  });
  try {
    await answered;
  } catch (error) {
    sensors.stop();
    throw error;
  }
  return sensors;
}

async function askPermission({ requestPermission }: Guarded): Promise<void> {
  const answer = await requestPermission?.().catch((error: unknown) => {
    throw new LightprobeError(
      "orientation",
      `the browser did not ask for orientation sensors: ${error instanceof Error ? error.message : String(error)}; call ` +
        "deviceOrientation in a click, on a page over https",
      { cause: error },
    );
  });
  if (answer === "denied") {
    throw new LightprobeError(
      "orientation",
      "access to orientation sensors was denied; allow it for this page, or pass null to add()",
    );
  }
}

const missing = (what: string): LightprobeError =>
  new LightprobeError("orientation", `${what}; use a phone, on a page over https, or pass null to add()`);

class Sensors implements DeviceOrientation {
  readonly current: Orientation = { yaw: 0, pitch: 0, roll: 0 };
  readonly stop: () => void;
  /** Called with each event. */
  onAnswer: (hasAngles: boolean) => void = () => {};

  constructor(name: "deviceorientation" | "deviceorientationabsolute") {
    let first: number | null = name === "deviceorientation" ? null : 0;
    const receive = ({ alpha, beta, gamma }: DeviceOrientationEvent): void => {
      const hasAngles = alpha !== null && beta !== null && gamma !== null; // browsers without a sensor send one event of nulls
      if (hasAngles) {
        cameraAngles(alpha, beta, gamma, screenAngle(), this.current);
        first ??= this.current.yaw;
        this.current.yaw -= first;
      }
      this.onAnswer(hasAngles);
    };
    addEventListener(name, receive);
    this.stop = () => removeEventListener(name, receive);
  }
}

/** By how much the screen's contents are turned [°]. */
const screenAngle = (): number => globalThis.screen?.orientation?.angle ?? Number(globalThis.orientation ?? 0);

/** Where the rear camera looks: yaw 0 is north, or wherever alpha is 0. */
function cameraAngles(alpha: number, beta: number, gamma: number, screenTurn: number, out: Orientation): void {
  const [a, b, g, s] = [alpha, beta, gamma, screenTurn].map((angle) => (angle * Math.PI) / 180);
  const [ca, sa, cb, sb, cg, sg] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b), Math.cos(g), Math.sin(g)];
  // the device's axes as north, up, east
  const x: Triple = [sa * cg + ca * sb * sg, -cb * sg, ca * cg - sa * sb * sg];
  const y: Triple = [ca * cb, sb, -sa * cb];
  const back: Triple = [sa * sg - ca * sb * cg, cb * cg, ca * sg + sa * sb * cg];
  const [c, d] = [Math.cos(s), Math.sin(s)];
  const up: Triple = [d * x[0] + c * y[0], d * x[1] + c * y[1], d * x[2] + c * y[2]];
  const right: Triple = [c * x[0] - d * y[0], c * x[1] - d * y[1], c * x[2] - d * y[2]];
  anglesOf([-back[0], -back[1], -back[2]], up, right, out);
}
