/** How often costly drawing may be repeated, so that the app keeps the GPU for itself. */

import type { WebGLRenderer } from "three";

/** Renewals take at most one part in so many of the time. */
const SHARE = 12;
/** Least time between renewals [ms]. */
const LEAST = 100;

/** Measures drawings by fences, which the page's thread does not wait for. */
export class Pace {
  readonly #context: WebGL2RenderingContext;
  #fence: WebGLSync | null = null;
  #begun = Number.NEGATIVE_INFINITY;
  #next = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(renderer: WebGLRenderer) {
    this.#context = renderer.getContext() as WebGL2RenderingContext;
  }

  /** Draws, unless the last drawing is under way or was just made. Returns whether it drew. */
  run(draw: () => void): boolean {
    const now = performance.now();
    if (this.#fence && !this.#isDone(now)) return false;
    if (now < this.#next) return false;
    this.#begun = now;
    draw();
    this.#fence = this.#context.fenceSync(this.#context.SYNC_GPU_COMMANDS_COMPLETE, 0);
    this.#context.flush();
    this.#count++;
    return true;
  }

  /** The next drawing may be made at once. */
  reset(): void {
    this.#drop();
    this.#count = 0;
    this.#next = Number.NEGATIVE_INFINITY;
  }

  #isDone(now: number): boolean {
    const gl = this.#context;
    if (!this.#fence || gl.getSyncParameter(this.#fence, gl.SYNC_STATUS) !== gl.SIGNALED) return false;
    this.#drop();
    // the first drawing includes the compilation of its shaders
    this.#next = now + (this.#count === 1 ? LEAST : Math.max(LEAST, (SHARE - 1) * (now - this.#begun)));
    return true;
  }

  #drop(): void {
    this.#context.deleteSync(this.#fence);
    this.#fence = null;
  }
}
