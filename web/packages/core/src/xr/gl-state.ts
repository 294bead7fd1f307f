/** Borrows a WebGL context that an engine draws with: what is changed is put back, so that the engine's memory of it stays true. */

/** Calls `draw`, which may bind programs, vertex arrays, framebuffers, renderbuffers, pixel pack buffers and a texture to unit 0. */
export function borrowContext(gl: WebGL2RenderingContext, draw: () => void): void {
  const switches = [
    gl.BLEND,
    gl.CULL_FACE,
    gl.DEPTH_TEST,
    gl.DITHER,
    gl.SAMPLE_ALPHA_TO_COVERAGE,
    gl.SCISSOR_TEST,
    gl.STENCIL_TEST,
  ].filter((each) => gl.isEnabled(each));
  const [x, y, width, height] = gl.getParameter(gl.VIEWPORT);
  const [red, green, blue, alpha] = gl.getParameter(gl.COLOR_WRITEMASK);
  const program = gl.getParameter(gl.CURRENT_PROGRAM);
  const vertices = gl.getParameter(gl.VERTEX_ARRAY_BINDING);
  const drawn = gl.getParameter(gl.DRAW_FRAMEBUFFER_BINDING);
  const read = gl.getParameter(gl.READ_FRAMEBUFFER_BINDING);
  const rendered = gl.getParameter(gl.RENDERBUFFER_BINDING);
  const packed = gl.getParameter(gl.PIXEL_PACK_BUFFER_BINDING);
  const unit = gl.getParameter(gl.ACTIVE_TEXTURE);
  gl.activeTexture(gl.TEXTURE0);
  const texture = gl.getParameter(gl.TEXTURE_BINDING_2D);
  const sampler = gl.getParameter(gl.SAMPLER_BINDING);
  try {
    for (const each of switches) gl.disable(each);
    gl.colorMask(true, true, true, true);
    gl.bindSampler(0, null);
    draw();
  } finally {
    for (const each of switches) gl.enable(each);
    gl.viewport(x, y, width, height);
    gl.colorMask(red, green, blue, alpha);
    // biome-ignore lint/correctness/useHookAtTopLevel: WebGL's, not React's
    gl.useProgram(program);
    gl.bindVertexArray(vertices);
    gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, drawn);
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, read);
    gl.bindRenderbuffer(gl.RENDERBUFFER, rendered);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, packed);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.bindSampler(0, sampler);
    gl.activeTexture(unit);
  }
}
