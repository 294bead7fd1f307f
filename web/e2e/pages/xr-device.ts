/** A device of WebXR, simulated: a session whose camera has a picture, as a texture, and which may have an estimate. */

import type { Orientation } from "lightprobe/surround";
import type { XRLightEstimateLike, XRSessionLike, XRViewLike } from "lightprobe/xr";
import { Euler, Quaternion } from "three";
import { FOV } from "./turning-camera";

const RADIANS = Math.PI / 180;

/** The pose of a camera with these angles, in the axes of WebXR. */
const poseOf = ({ yaw, pitch, roll }: Orientation): { transform: { orientation: Quaternion } } => ({
  transform: {
    orientation: new Quaternion().setFromEuler(new Euler(pitch * RADIANS, -yaw * RADIANS, -roll * RADIANS, "YXZ")),
  },
});

/** Column-major projection of a camera whose pixels are square. */
function projectionOf(width: number, height: number): number[] {
  const across = 1 / Math.tan((FOV * RADIANS) / 2);
  return [across, 0, 0, 0, 0, (across * width) / height, 0, 0, 0, 0, -1, -1, 0, 0, -0.2, 0];
}

/** A picture as a texture, its lowest row first, as devices have them. */
function textureOf(gl: WebGL2RenderingContext, picture: ImageData): WebGLTexture {
  const texture = gl.createTexture();
  const before = gl.getParameter(gl.TEXTURE_BINDING_2D);
  const flipped = gl.getParameter(gl.UNPACK_FLIP_Y_WEBGL);
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, true);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, gl.RGBA, gl.UNSIGNED_BYTE, picture);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
  gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, flipped);
  gl.bindTexture(gl.TEXTURE_2D, before);
  return texture;
}

/** A session whose camera has a picture, and whose device may have an estimate. */
export class Device extends EventTarget implements XRSessionLike {
  picture: ImageData;
  texture: WebGLTexture;
  orientation: Orientation = { yaw: 0, pitch: 0, roll: 0 };
  light: XRLightEstimateLike | null = null;
  readonly enabledFeatures: readonly string[];

  constructor(
    readonly gl: WebGL2RenderingContext,
    picture: ImageData,
    enabledFeatures: readonly string[],
  ) {
    super();
    this.picture = picture;
    this.texture = textureOf(gl, picture);
    this.enabledFeatures = enabledFeatures;
  }

  look(picture: ImageData, orientation: Orientation): void {
    this.picture = picture;
    this.orientation = orientation;
    this.gl.deleteTexture(this.texture);
    this.texture = textureOf(this.gl, picture);
  }

  requestReferenceSpace = async (): Promise<object> => ({});

  requestLightProbe = async (): Promise<{ probeSpace: object }> => {
    if (!this.enabledFeatures.includes("light-estimation")) throw new DOMException("not granted", "NotSupportedError");
    return { probeSpace: {} };
  };

  requestAnimationFrame(callback: Parameters<XRSessionLike["requestAnimationFrame"]>[0]): number {
    return requestAnimationFrame((time) => {
      const { width, height } = this.picture;
      const pose = poseOf(this.orientation);
      const camera = this.enabledFeatures.includes("camera-access") ? { width, height } : null;
      callback(time, {
        getViewerPose: () => ({ ...pose, views: [{ ...pose, projectionMatrix: projectionOf(width, height), camera }] }),
        getLightEstimate: () => this.light,
      });
    });
  }

  cancelAnimationFrame(handle: number): void {
    cancelAnimationFrame(handle);
  }

  /** The view of the next frame. */
  view(): Promise<XRViewLike> {
    return new Promise((resolve) => {
      this.requestAnimationFrame((_time, frame) => resolve(frame.getViewerPose({})?.views[0] as XRViewLike));
    });
  }
}

/** What gives the textures of a device. */
class FakeBinding {
  readonly #device: Device;

  constructor(device: Device, context: WebGL2RenderingContext) {
    if (context !== device.gl) throw new TypeError("expected the renderer's context, got another");
    this.#device = device;
  }

  getCameraImage(): WebGLTexture {
    return this.#device.texture;
  }
}
Object.assign(window, { XRWebGLBinding: FakeBinding });
