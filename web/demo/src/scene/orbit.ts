/** The camera, which moves about the objects: by hand, by keys, and slowly by itself. */

import { MathUtils, PerspectiveCamera } from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";

/** The camera does not move by itself for this long after it was moved by hand [ms]. */
const REST = 6000;

/** Keys: turn around and up [rad], and the factor on the distance. */
const KEYS: Readonly<Record<string, readonly [number, number, number]>> = {
  ArrowLeft: [-0.08, 0, 1],
  ArrowRight: [0.08, 0, 1],
  ArrowUp: [0, 0.06, 1],
  ArrowDown: [0, -0.06, 1],
  "+": [0, 0, 0.92],
  "=": [0, 0, 0.92],
  "-": [0, 0, 1 / 0.92],
};

/** A part of the view without panels [px]. */
export interface FreeArea {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Angle of the view across its shorter side [°]. */
const ANGLE = 42;
/** The row of objects takes so much of the free area, across and up. */
const FILL = [0.94, 0.62] as const;
/** Height of the objects and their shadows [m]. */
const HEIGHT = 1.7;

/** Camera and controls over a canvas. */
export class Orbit {
  readonly camera = new PerspectiveCamera(ANGLE, 1, 0.1, 80);
  readonly controls: OrbitControls;
  private touched = Number.NEGATIVE_INFINITY;
  private distance = 8;

  constructor(canvas: HTMLCanvasElement, damping: boolean, onChange: () => void) {
    this.controls = new OrbitControls(this.camera, canvas);
    this.controls.enablePan = false;
    this.controls.enableDamping = damping;
    this.controls.maxPolarAngle = 1.53; // the ground is seen from above
    this.controls.autoRotateSpeed = 0.35;
    this.controls.target.set(0, 0.6, 0);
    this.controls.addEventListener("change", onChange);
    this.controls.addEventListener("start", () => {
      this.touched = Number.POSITIVE_INFINITY;
    });
    this.controls.addEventListener("end", () => {
      this.touched = performance.now();
    });
    canvas.addEventListener("keydown", (event) => this.onKey(event));
  }

  /** Puts the camera at an azimuth about the objects [rad]: 0 is +X, a quarter turn +Z. */
  lookFrom(azimuth: number, elevation: number): void {
    const { target } = this.controls;
    this.camera.position.set(
      target.x + this.distance * Math.cos(elevation) * Math.cos(azimuth),
      target.y + this.distance * Math.sin(elevation),
      target.z + this.distance * Math.cos(elevation) * Math.sin(azimuth),
    );
    this.controls.update();
  }

  /** Once per frame of the page. `moves`: the camera may move by itself. */
  tick(now: number, moves: boolean): void {
    this.controls.autoRotate = moves && now - this.touched > REST;
    this.controls.update();
  }

  /** Fits a row of objects [m] into the free area of a view [px]; the camera keeps its direction. */
  fit(width: number, height: number, free: FreeArea, row: number): void {
    const { camera, controls } = this;
    camera.aspect = width / height;
    const shorter = Math.min(width, height);
    camera.fov = 2 * MathUtils.RAD2DEG * Math.atan((height / shorter) * Math.tan((ANGLE * MathUtils.DEG2RAD) / 2));
    const [across, up] = [(free.left + free.right) / 2, (free.top + free.bottom) / 2];
    // objects stand a little below the middle: there is more to see above the horizon
    const down = 0.06 * (free.bottom - free.top);
    camera.setViewOffset(width, height, width / 2 - across, height / 2 - up - down, width, height);
    const focal = shorter / 2 / Math.tan((ANGLE * MathUtils.DEG2RAD) / 2);
    const [wide, high] = [FILL[0] * (free.right - free.left), FILL[1] * (free.bottom - free.top)];
    this.distance = MathUtils.clamp(Math.max((focal * row) / wide, (focal * HEIGHT) / high) + 0.5, 3, 30);
    controls.minDistance = 0.4 * this.distance;
    controls.maxDistance = 1.6 * this.distance;
    camera.updateProjectionMatrix();
    camera.position.sub(controls.target).setLength(this.distance).add(controls.target);
    controls.update();
  }

  private onKey(event: KeyboardEvent): void {
    const turn = KEYS[event.key];
    if (!turn || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const [around, up, zoom] = turn;
    const { target, minDistance, maxDistance, maxPolarAngle } = this.controls;
    const offset = this.camera.position.clone().sub(target);
    const distance = MathUtils.clamp(offset.length() * zoom, minDistance, maxDistance);
    const polar = MathUtils.clamp(Math.acos(offset.y / offset.length()) - up, 0.1, maxPolarAngle);
    const azimuth = Math.atan2(offset.z, offset.x) + around;
    offset.set(Math.sin(polar) * Math.cos(azimuth), Math.cos(polar), Math.sin(polar) * Math.sin(azimuth));
    this.camera.position.copy(target).addScaledVector(offset, distance);
    this.touched = performance.now();
    this.controls.update();
  }
}
