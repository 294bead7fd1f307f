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

/** Camera and controls over a canvas. */
export class Orbit {
  readonly camera = new PerspectiveCamera(32, 1, 0.1, 60);
  readonly controls: OrbitControls;
  private touched = Number.NEGATIVE_INFINITY;

  constructor(canvas: HTMLCanvasElement, damping: boolean, onChange: () => void) {
    this.controls = new OrbitControls(this.camera, canvas);
    this.controls.enablePan = false;
    this.controls.enableDamping = damping;
    this.controls.minDistance = 3;
    this.controls.maxDistance = 14;
    this.controls.maxPolarAngle = 1.62;
    this.controls.autoRotateSpeed = 0.35;
    this.controls.target.set(0, 0.45, 0);
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
    const narrow = this.camera.aspect < 1;
    const distance = narrow ? 10.5 : 8.6;
    const { target } = this.controls;
    this.camera.position.set(
      target.x + distance * Math.cos(elevation) * Math.cos(azimuth),
      target.y + distance * Math.sin(elevation),
      target.z + distance * Math.cos(elevation) * Math.sin(azimuth),
    );
    this.controls.update();
  }

  /** Once per frame of the page. `moves`: the camera may move by itself. */
  tick(now: number, moves: boolean): void {
    this.controls.autoRotate = moves && now - this.touched > REST;
    this.controls.update();
  }

  resize(width: number, height: number): void {
    this.camera.aspect = width / height;
    // a narrow view keeps the width of the scene in sight, not its height
    this.camera.fov = this.camera.aspect > 1.25 ? 32 : MathUtils.clamp(36 / this.camera.aspect ** 0.6, 32, 58);
    this.camera.updateProjectionMatrix();
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
