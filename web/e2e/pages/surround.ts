/** Surrounds: a canvas plays a camera that turns in a scene by a formula, with a simulated sensor. */

import { createEstimator, LightprobeError, type Timing, type Triple } from "lightprobe";
import { createSurround, type DeviceOrientation, deviceOrientation, type Surround } from "lightprobe/surround";
import { FOV, sceneAt, view } from "./turning-camera";

const [WIDTH, HEIGHT] = [320, 240];

const canvas = Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT });
const context = canvas.getContext("2d") as CanvasRenderingContext2D;
const video = Object.assign(document.createElement("video"), { muted: true });
document.body.append(canvas);

/** Shows a view; resolves when the video plays it. */
async function show(yaw: number, pitch: number, exposure: number): Promise<void> {
  const image = view(WIDTH, HEIGHT, yaw, pitch, exposure);
  video.srcObject ??= canvas.captureStream(30); // not before the page is loaded, which would wait for a frame
  const drawing = setInterval(() => context.putImageData(image, 0, 0), 20); // a canvas that does not change sends no frames
  for (let frame = 0; frame < 3; frame++) {
    await video.play();
    await new Promise((resolve) => video.requestVideoFrameCallback(resolve)); // the first ones may show the view before
  }
  clearInterval(drawing);
}

/** What the sensors of a phone in portrait say that looks there [°]. */
const feel = (yaw: number, pitch: number): boolean =>
  dispatchEvent(new DeviceOrientationEvent("deviceorientation", { alpha: -yaw, beta: 90 + pitch, gamma: 0 }));

/** Simulated sensors: those of the browser, which say that there are none, are not heard. */
const simulate = (): void =>
  addEventListener("deviceorientation", (event) => event.isTrusted && event.stopImmediatePropagation());

const codeOf = (error: unknown): unknown => (error instanceof LightprobeError ? error.code : String(error));

/** Median error of the measured cells, as a share of the scene's radiance, and the brightest cell. */
function compare({ panorama, seen, rows }: Surround): {
  error: number;
  brightest: { radiance: number; direction: Triple };
} {
  const errors: number[] = [];
  let brightest = { radiance: 0, direction: [0, 1, 0] as Triple };
  for (let cell = 0; cell < seen.length; cell++) {
    if (seen[cell] < 0.99) continue;
    const latitude = Math.PI * (0.5 - (Math.floor(cell / (2 * rows)) + 0.5) / rows);
    const azimuth = Math.PI * (((cell % (2 * rows)) + 0.5) / rows - 1);
    const level = Math.cos(latitude);
    const direction: Triple = [level * Math.cos(azimuth), Math.sin(latitude), level * Math.sin(azimuth)];
    const light = sceneAt(direction);
    const radiance = panorama[3 * cell];
    if (radiance > brightest.radiance) brightest = { radiance, direction };
    errors.push(Math.abs(panorama[3 * cell + 1] / light[1] - 1));
  }
  errors.sort((a, b) => a - b);
  return { error: errors[errors.length >> 1], brightest };
}

const surrounds = {
  /** A turn of the phone: parts seen after each frame, and how right the cells are in the end. */
  turn: async (isSaid: boolean) => {
    const estimator = await createEstimator();
    const surround = createSurround(estimator, { fov: FOV });
    let sensors: DeviceOrientation | null = null;
    if (isSaid) {
      simulate();
      const asked = deviceOrientation();
      setTimeout(feel, 50, 30, 0); // yaw counts from here
      sensors = await asked;
    }
    const seen: number[] = [];
    for (let frame = 0; frame < 30; frame++) {
      const [yaw, pitch] = isSaid ? [12 * frame, 10 * Math.sin(frame)] : [3 * frame, 0];
      await show(yaw, pitch, frame % 3 === 1 ? 0.2 : 1);
      feel(30 + yaw + Math.sin(7 * frame), pitch + Math.cos(5 * frame)); // a degree off
      seen.push((await surround.add(video, sensors)).seen);
    }
    const found = { seen, ...compare(surround) };
    sensors?.stop();
    surround.dispose();
    estimator.dispose();
    return found;
  },

  /** Without sensors: as the browser is, and with Safari's question denied. Single frames still have light. */
  refused: async () => {
    const codes: unknown[] = [await deviceOrientation().catch(codeOf)];
    Object.assign(DeviceOrientationEvent, { requestPermission: async () => "denied" });
    codes.push(await deviceOrientation().catch(codeOf));
    const estimator = await createEstimator();
    const surround = createSurround(estimator, { fov: FOV });
    await show(0, 0, 1);
    const { seen } = await surround.add(video, null);
    await show(180, 0, 1);
    codes.push(await surround.add(video, null).catch(codeOf));
    const kept = surround.light?.seen;
    estimator.dispose();
    codes.push(await surround.add(video, null).catch(codeOf));
    return { codes, seen, kept };
  },

  /** Times of frames of 640×480 [ms], in a surround and by themselves, in turn; and memory before and after ten times as many frames [bytes]. */
  times: async (rounds: number) => {
    const frames = Array.from({ length: 12 }, (_, i) => {
      const drawn = new OffscreenCanvas(640, 480);
      drawn.getContext("2d")?.putImageData(view(640, 480, 30 * i, 10 * Math.sin(i), i % 3 === 1 ? 0.2 : 1), 0, 0);
      return new VideoFrame(drawn, { timestamp: 0 });
    });
    const [gathering, single] = [await createEstimator(), await createEstimator()];
    const surround = createSurround(gathering, { fov: FOV });
    const times: Record<string, Timing[]> = { surround: [], "single pictures": [] };
    let time = 0;
    const run = async (): Promise<void> => {
      for (let k = 0; k < rounds; k++, time++) {
        const i = k % 12;
        const orientation = { yaw: 30 * i + Math.sin(k), pitch: 10 * Math.sin(i) + Math.cos(k), roll: 0 };
        times.surround.push({ ...(await surround.add(frames[i], orientation, time / 30)).timing });
        times["single pictures"].push({ ...(await single.estimate(frames[i], { fov: FOV })).timing });
      }
    };
    const measure = performance as unknown as { measureUserAgentSpecificMemory(): Promise<{ bytes: number }> };
    await run();
    const before = (await measure.measureUserAgentSpecificMemory()).bytes;
    for (let k = 0; k < 10; k++) {
      for (const rows of Object.values(times)) rows.length = 0; // the last ones are kept
      await run();
    }
    const after = (await measure.measureUserAgentSpecificMemory()).bytes;
    gathering.dispose();
    single.dispose();
    return { times, memory: { before, after } };
  },

  /** Angles of a phone that lies on its left side, its screen turned with it. */
  turned: async () => {
    simulate();
    const asked = deviceOrientation();
    Object.defineProperty(screen.orientation, "angle", { configurable: true, get: () => 90 });
    setTimeout(() => {
      dispatchEvent(new DeviceOrientationEvent("deviceorientation", { alpha: 0, beta: 0, gamma: -90 }));
    }, 50);
    const sensors = await asked;
    dispatchEvent(new DeviceOrientationEvent("deviceorientation", { alpha: -40, beta: 0, gamma: -80 }));
    sensors.stop();
    return sensors.current;
  },
};

declare global {
  interface Window {
    surrounds: typeof surrounds;
  }
}

window.surrounds = surrounds;
document.body.dataset.ready = "true";
