/** Lines that are seen on every picture. */

/** Draws a path as a white line within a black one, with these widths [px]. */
export function strokeOutlined(context: CanvasRenderingContext2D, path: Path2D, black: number, white: number): void {
  for (const [color, width] of [
    ["#000", black],
    ["#fff", white],
  ] as const) {
    context.strokeStyle = color;
    context.lineWidth = width;
    context.stroke(path);
  }
}
