/** The environment map of a light, renewed as often as the GPU can afford. */

import type { Texture, WebGLRenderer } from "three";
import { createEnvironment, type Environment, type EnvironmentOptions, type EnvironmentView } from "./environment.js";
import { Pace } from "./pace.js";

/** An environment map, made again after the light or the context has changed. */
export class Reflections {
  readonly #renderer: WebGLRenderer;
  readonly #options: EnvironmentOptions;
  #pace: Pace;
  #environment: Environment;
  #stale = false;

  constructor(renderer: WebGLRenderer, options: EnvironmentOptions) {
    this.#renderer = renderer;
    this.#options = options;
    this.#pace = new Pace(renderer);
    this.#environment = createEnvironment(renderer, options);
    renderer.domElement.addEventListener("webglcontextrestored", this.#restore);
  }

  get texture(): Texture | null {
    return this.#environment.texture;
  }

  /** The light has changed; `isNew` where it is that of another source, which waits for nothing. */
  invalidate(isNew: boolean): void {
    this.#stale = true;
    if (isNew) this.#pace.reset();
  }

  /** Draws the map if the light has changed, and if the last drawing leaves time for it. */
  renew(estimate: Parameters<Environment["update"]>[0], view: EnvironmentView): void {
    if (!this.#stale || this.#renderer.getContext().isContextLost()) return;
    if (this.#pace.run(() => this.#environment.update(estimate, view))) this.#stale = false;
  }

  dispose(): void {
    this.#renderer.domElement.removeEventListener("webglcontextrestored", this.#restore);
    this.#pace.reset();
    this.#environment.dispose();
  }

  readonly #restore = (): void => {
    // everything of the former context is gone already: WebGL warns of those who dispose of it
    this.#environment = createEnvironment(this.#renderer, this.#options);
    this.#pace = new Pace(this.#renderer);
    this.#stale = true;
  };
}
