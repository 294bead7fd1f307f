/** Textures reduced on the GPU in linear light, and read without waiting for it. */

import { LightprobeError } from "../errors.js";
import { borrowContext } from "./gl-state.js";
import type { Lens } from "./lens.js";

const VERTEX = `#version 300 es
void main() { gl_Position = vec4(4 * (gl_VertexID & 1) - 1, 4 * (gl_VertexID >> 1) - 1, 0, 1); }`;

// Decoded and encoded by IEC 61966-2-1: what matters is that it is nearly linear light, so that small lamps are not lost.
const FRAGMENT = `#version 300 es
precision highp float;
uniform highp sampler2D image;
uniform ivec3 block; // left, top row counted from below, side
out vec4 color;

vec3 decode(vec3 v) { return mix(v / 12.92, pow((v + 0.055) / 1.055, vec3(2.4)), greaterThan(v, vec3(0.04045))); }
vec3 encode(vec3 v) {
  return mix(12.92 * v, 1.055 * pow(v, vec3(1.0 / 2.4)) - 0.055, greaterThan(v, vec3(0.0031308)));
}

void main() {
  ivec2 first = block.z * ivec2(gl_FragCoord.xy);
  vec3 sum = vec3(0);
  for (int row = 0; row < block.z; row++) {
    for (int column = 0; column < block.z; column++) {
      sum += decode(texelFetch(image, ivec2(block.x + first.x + column, block.y - first.y - row), 0).rgb);
    }
  }
  color = vec4(encode(sum / float(block.z * block.z)), 1);
}`;

/** Means of blocks of a texture, as 8-bit display values; one at a time. */
export class Reduction {
  readonly #gl: WebGL2RenderingContext;
  readonly #program: WebGLProgram;
  readonly #block: WebGLUniformLocation | null;
  readonly #vertices: WebGLVertexArrayObject;
  readonly #framebuffer: WebGLFramebuffer;
  readonly #target: WebGLRenderbuffer;
  readonly #buffer: WebGLBuffer;
  #fence: WebGLSync | null = null;
  #size = { columns: 0, lines: 0 };

  /** @throws LightprobeError `unsupported` where the program does not compile. */
  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#program = programOf(gl);
    this.#block = gl.getUniformLocation(this.#program, "block"); // the sampler's unit is 0 by itself
    this.#vertices = gl.createVertexArray();
    this.#framebuffer = gl.createFramebuffer();
    this.#target = gl.createRenderbuffer();
    this.#buffer = gl.createBuffer();
  }

  /** Begins with a texture of so many rows, the lowest of which is its first. */
  begin(texture: WebGLTexture, rows: number, { left, top, side, columns, lines }: Lens): void {
    const gl = this.#gl;
    borrowContext(gl, () => {
      gl.bindFramebuffer(gl.FRAMEBUFFER, this.#framebuffer);
      gl.bindBuffer(gl.PIXEL_PACK_BUFFER, this.#buffer);
      if (this.#size.columns !== columns || this.#size.lines !== lines) this.#resize(columns, lines);
      gl.useProgram(this.#program);
      gl.uniform3i(this.#block, left, rows - 1 - top, side);
      gl.bindVertexArray(this.#vertices);
      gl.bindTexture(gl.TEXTURE_2D, texture);
      gl.viewport(0, 0, columns, lines);
      gl.drawArrays(gl.TRIANGLES, 0, 3);
      gl.bufferData(gl.PIXEL_PACK_BUFFER, 4 * columns * lines, gl.STREAM_READ); // Chromium warns of a buffer that is used again
      gl.readPixels(0, 0, columns, lines, gl.RGBA, gl.UNSIGNED_BYTE, 0);
      this.#fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    });
  }

  /** The pixels of what was begun, row 0 at the top, once the GPU has them; `image` is filled and returned where it fits. */
  finish(image: ImageData | null): ImageData | null {
    const gl = this.#gl;
    const fence = this.#fence;
    if (!fence || gl.getSyncParameter(fence, gl.SYNC_STATUS) !== gl.SIGNALED) return null;
    gl.deleteSync(fence);
    this.#fence = null;
    const { columns, lines } = this.#size;
    const filled = image?.width === columns && image.height === lines ? image : new ImageData(columns, lines);
    const packed = gl.getParameter(gl.PIXEL_PACK_BUFFER_BINDING);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, this.#buffer);
    gl.getBufferSubData(gl.PIXEL_PACK_BUFFER, 0, filled.data);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, packed);
    return filled;
  }

  dispose(): void {
    const gl = this.#gl;
    gl.deleteSync(this.#fence);
    gl.deleteProgram(this.#program);
    gl.deleteVertexArray(this.#vertices);
    gl.deleteFramebuffer(this.#framebuffer);
    gl.deleteRenderbuffer(this.#target);
    gl.deleteBuffer(this.#buffer);
  }

  /** Gives the framebuffer, which is bound, room for so many pixels. */
  #resize(columns: number, lines: number): void {
    const gl = this.#gl;
    gl.bindRenderbuffer(gl.RENDERBUFFER, this.#target);
    gl.renderbufferStorage(gl.RENDERBUFFER, gl.RGBA8, columns, lines);
    gl.framebufferRenderbuffer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.RENDERBUFFER, this.#target);
    this.#size = { columns, lines };
  }
}

function programOf(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(type) as WebGLShader; // null in a lost context, of which the link tells
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
    const reason = gl.getProgramInfoLog(program) ?? "the context is lost";
    throw new LightprobeError("unsupported", `camera images cannot be reduced: ${reason}; leave camera-access out`);
  }
  return program;
}
