import { Euler, Quaternion, Vector3 } from "three";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { axesOf } from "../../src/estimator/worker/surround/fit/rotation.js";
import {
  type DeviceOrientation,
  type DeviceOrientationOptions,
  deviceOrientation,
  xrOrientation,
} from "../../src/surround/index.js";
import { chance, close } from "../sphere/helpers.js";

let page: EventTarget;

beforeEach(() => {
  page = new EventTarget();
  vi.stubGlobal("DeviceOrientationEvent", class {});
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
});

afterEach(() => vi.unstubAllGlobals());

/** A reading of the sensor [°]. */
function read(alpha: number | null, beta: number | null, gamma: number | null, name = "deviceorientation"): void {
  page.dispatchEvent(Object.assign(new Event(name), { alpha, beta, gamma }));
}

/** Sensors whose first reading is this. */
async function open(angles: (number | null)[], options?: DeviceOrientationOptions): Promise<DeviceOrientation> {
  const asked = deviceOrientation(options);
  asked.catch(() => undefined); // the caller has it
  await new Promise(setImmediate);
  const [alpha, beta, gamma] = angles;
  read(alpha, beta, gamma, options?.absolute ? "deviceorientationabsolute" : "deviceorientation");
  return asked;
}

/** A camera of three.js with this orientation looks along its −Z; north, or the center of the panorama, is the world's −Z. */
function axesOfThree(quaternion: Quaternion): number[] {
  const axes = [new Vector3(0, 0, -1), new Vector3(0, 1, 0), new Vector3(1, 0, 0)];
  return axes.flatMap((axis) => {
    const { x, y, z } = axis.applyQuaternion(quaternion);
    return [-z, y, x];
  });
}

test("angles of the sensor are those of the camera, however the screen is turned", async () => {
  const random = chance(7);
  const sensors = await open([0, 90, 0], { absolute: true });
  expect(sensors.current.pitch).toBeCloseTo(0, 12);
  for (let i = 0; i < 40; i++) {
    const [alpha, beta, gamma] = [360 * random(), 360 * random() - 180, 180 * random() - 90];
    const angle = 90 * (i % 4);
    vi.stubGlobal("screen", { orientation: { angle } });
    read(alpha, beta, gamma, "deviceorientationabsolute");
    const [a, b, g, s] = [alpha, beta, gamma, angle].map((degrees) => (degrees * Math.PI) / 180);
    const quaternion = new Quaternion()
      .setFromEuler(new Euler(b, a, -g, "YXZ"))
      .multiply(new Quaternion().setFromAxisAngle(new Vector3(1, 0, 0), -Math.PI / 2)) // out of the back of the device
      .multiply(new Quaternion().setFromAxisAngle(new Vector3(0, 0, 1), -s));
    close(axesOf(sensors.current), axesOfThree(quaternion), 1e-7);
  }
});

test("without a compass, yaw counts from where the camera looks first", async () => {
  const sensors = await open([50, 80, 0]);
  expect(sensors.current.yaw).toBeCloseTo(0, 12);
  expect(sensors.current.pitch).toBeCloseTo(-10, 9);
  const { current } = sensors;
  read(20, 90, 0);
  expect(sensors.current).toBe(current);
  expect(current.yaw).toBeCloseTo(30, 9);
  sensors.stop();
  read(0, 90, 0);
  expect(current.yaw).toBeCloseTo(30, 9);
});

test("Safari is asked for permission, and a refusal is a typed error", async () => {
  for (const [requestPermission, message] of [
    [async () => "denied", "access to orientation sensors was denied; allow it for this page, or pass null to add()"],
    [
      async () => {
        throw new Error("requires a user gesture");
      },
      "the browser did not ask for orientation sensors: requires a user gesture; call deviceOrientation in a click, on a " +
        "page over https",
    ],
  ] as const) {
    vi.stubGlobal("DeviceOrientationEvent", { requestPermission });
    await expect(deviceOrientation()).rejects.toMatchObject({ code: "orientation", message });
  }
  const granting = vi.fn(async () => "granted");
  vi.stubGlobal("DeviceOrientationEvent", { requestPermission: granting });
  await open([0, 90, 0]);
  expect(granting).toHaveBeenCalledOnce();
});

test("no sensor is a typed error, and nothing listens any more", async () => {
  const removed = vi.spyOn(page, "removeEventListener");
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
  const remedy = "use a phone, on a page over https, or pass null to add()";
  await expect(deviceOrientation({ patience: 5 })).rejects.toMatchObject({
    code: "orientation",
    message: `no orientation sensor answered in 5 ms; ${remedy}`,
  });
  await expect(open([null, null, null])).rejects.toMatchObject({
    message: `this device has no orientation sensor; ${remedy}`,
  });
  expect(removed).toHaveBeenCalledTimes(2);
  vi.stubGlobal("DeviceOrientationEvent", undefined);
  await expect(deviceOrientation()).rejects.toMatchObject({
    message: `this browser has no orientation sensors; ${remedy}`,
  });
});

test("poses of WebXR", () => {
  const random = chance(3);
  for (let i = 0; i < 20; i++) {
    const orientation = new Quaternion().setFromEuler(new Euler(6 * random(), 6 * random(), 6 * random()));
    close(axesOf(xrOrientation({ transform: { orientation } })), axesOfThree(orientation), 1e-7);
  }
  const out = { yaw: 1, pitch: 2, roll: 3 };
  expect(xrOrientation({ transform: { orientation: { x: 0, y: 0, z: 0, w: 1 } } }, out)).toBe(out);
  for (const angle of Object.values(out)) expect(angle).toBeCloseTo(0, 12);
});
