/** The state of WebGL that an engine relies on. */

/** Sets what an engine may have set, to values that no reading of images needs. */
export function disturb(gl: WebGL2RenderingContext): void {
  for (const each of [gl.BLEND, gl.CULL_FACE, gl.DEPTH_TEST, gl.SCISSOR_TEST, gl.STENCIL_TEST]) gl.enable(each);
  gl.disable(gl.DITHER);
  gl.cullFace(gl.FRONT_AND_BACK);
  gl.scissor(0, 0, 1, 1);
  gl.viewport(3, 4, 5, 6);
  gl.colorMask(true, false, true, false);
  gl.activeTexture(gl.TEXTURE3);
  gl.bindSampler(0, gl.createSampler()); // its filter needs mipmaps
  gl.bindVertexArray(gl.createVertexArray());
  gl.bindBuffer(gl.PIXEL_PACK_BUFFER, gl.createBuffer());
  gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, gl.createFramebuffer());
  gl.bindFramebuffer(gl.READ_FRAMEBUFFER, gl.createFramebuffer());
}

const things = new Map<unknown, number>();
/** A number for each object of WebGL, and everything else as it is. */
const named = (value: unknown): unknown => {
  if (!(value instanceof Object) || ArrayBuffer.isView(value) || Array.isArray(value)) return value;
  if (!things.has(value)) things.set(value, things.size);
  return things.get(value);
};

/** The state that an engine may rely on, as a text. */
export function stateOf(gl: WebGL2RenderingContext): string {
  const unit = gl.getParameter(gl.ACTIVE_TEXTURE);
  gl.activeTexture(gl.TEXTURE0);
  const found = [
    ...[
      gl.BLEND,
      gl.CULL_FACE,
      gl.DEPTH_TEST,
      gl.DITHER,
      gl.SAMPLE_ALPHA_TO_COVERAGE,
      gl.SCISSOR_TEST,
      gl.STENCIL_TEST,
    ],
    ...[gl.VIEWPORT, gl.COLOR_WRITEMASK, gl.CURRENT_PROGRAM, gl.VERTEX_ARRAY_BINDING, gl.RENDERBUFFER_BINDING],
    ...[gl.DRAW_FRAMEBUFFER_BINDING, gl.READ_FRAMEBUFFER_BINDING, gl.PIXEL_PACK_BUFFER_BINDING],
    ...[gl.TEXTURE_BINDING_2D, gl.SAMPLER_BINDING],
  ].map((name) => named(gl.getParameter(name)));
  gl.activeTexture(unit);
  return JSON.stringify([unit, ...found]);
}
