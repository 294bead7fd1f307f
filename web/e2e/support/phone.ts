/** A phone, simulated: a camera that shows a panorama where the phone looks, and its sensors. */

import type { Page } from "@playwright/test";

/** Panorama that surrounds the phone, of the page's own. */
export const AROUND = "venice_sunset";

const UPRIGHT = { width: 390, height: 844 };
/** Settings of a test on a phone; with them, the screen's angle follows its shape. */
export const PHONE = { viewport: UPRIGHT, hasTouch: true, isMobile: true };

/** The camera in the page; `upright` and the angles [°] may be changed at any time. */
interface PhoneCamera {
  yaw: number;
  pitch: number;
  upright: boolean;
}

declare global {
  interface Window {
    phoneCamera: PhoneCamera;
  }
}

/** Gives the page a camera of 65° across its longer side. Call it before the page is opened. */
export async function installCamera(page: Page): Promise<void> {
  await page.addInitScript((name) => {
    const camera: PhoneCamera = { yaw: 0, pitch: 0, upright: true };
    window.phoneCamera = camera;
    const focal = 160 / Math.tan((65 * Math.PI) / 360);
    const render = (panorama: ImageData, image: ImageData): void => {
      const [from, to] = [new Uint32Array(panorama.data.buffer), new Uint32Array(image.data.buffer)];
      const [turn, tilt] = [(camera.yaw * Math.PI) / 180, (camera.pitch * Math.PI) / 180];
      for (let pixel = 0; pixel < to.length; pixel++) {
        const right = (pixel % image.width) + 0.5 - image.width / 2;
        const up = image.height / 2 - Math.floor(pixel / image.width) - 0.5;
        const ahead = focal * Math.cos(tilt) - up * Math.sin(tilt);
        const above = focal * Math.sin(tilt) + up * Math.cos(tilt);
        const across = (Math.atan2(right, ahead) + turn) / (2 * Math.PI) + 0.5;
        const down = 0.5 - Math.atan2(above, Math.hypot(right, ahead)) / Math.PI;
        const column = Math.floor((across - Math.floor(across)) * panorama.width);
        to[pixel] = from[Math.floor(down * panorama.height) * panorama.width + column];
      }
    };
    navigator.mediaDevices.getUserMedia = async () => {
      const blob = await (await fetch(`media/panoramas/${name}.jpg`)).blob();
      const bitmap = await createImageBitmap(blob);
      const whole = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d")!;
      whole.drawImage(bitmap, 0, 0);
      const panorama = whole.getImageData(0, 0, bitmap.width, bitmap.height);
      const canvas = document.createElement("canvas");
      let shown = "";
      let image = new ImageData(240, 320);
      const show = (): void => {
        const [width, height] = camera.upright ? [240, 320] : [320, 240];
        if (canvas.width !== width) Object.assign(canvas, { width, height });
        if (shown !== JSON.stringify(camera)) {
          shown = JSON.stringify(camera);
          image = new ImageData(width, height);
          render(panorama, image);
        }
        canvas.getContext("2d")!.putImageData(image, 0, 0); // a canvas that does not change sends no frames
      };
      show();
      setInterval(show, 40);
      return canvas.captureStream(25);
    };
  }, AROUND);
}

/** A phone that can be turned. */
export interface Phone {
  /** Turns, slowly, until it looks somewhere [°]; a phone on its side does not look up. */
  look(yaw: number, pitch: number): Promise<void>;
  /** Turns the screen: to its left side, or upright. */
  tip(upright: boolean): Promise<void>;
}

/** Largest turn at once [°]: a frame that comes late is off by it. */
const STEP = 6;
const PAUSE = 50;

/** Gives the page's sensors angles, as of a phone that looks ahead; `camera` where `installCamera` was called. */
export async function holdPhone(page: Page, camera = true): Promise<Phone> {
  const devtools = await page.context().newCDPSession(page);
  let isUpright = true;
  let [yaw, pitch] = [0, 0];
  const feel = async (): Promise<void> => {
    const [turn, beta, gamma] = isUpright ? [-yaw, 90 + pitch, 0] : [90 - yaw, 0, -90 - pitch];
    const alpha = ((turn % 360) + 360) % 360;
    if (camera) await page.evaluate((angles) => void Object.assign(window.phoneCamera, angles), { yaw, pitch });
    await devtools.send("DeviceOrientation.setDeviceOrientationOverride", { alpha, beta, gamma });
  };
  await feel();
  return {
    look: async (toYaw, toPitch) => {
      const steps = Math.ceil(Math.max(Math.abs(toYaw - yaw), Math.abs(toPitch - pitch)) / STEP);
      const [turn, tilt] = [(toYaw - yaw) / steps, (toPitch - pitch) / steps];
      for (let step = 0; step < steps; step++) {
        [yaw, pitch] = [yaw + turn, pitch + tilt];
        await feel();
        await page.waitForTimeout(PAUSE);
      }
    },
    tip: async (upright) => {
      isUpright = upright;
      await page.setViewportSize(upright ? UPRIGHT : { width: UPRIGHT.height, height: UPRIGHT.width });
      if (camera) await page.evaluate((upright) => void Object.assign(window.phoneCamera, { upright }), upright);
      await feel();
    },
  };
}
