/** How a camera image of WebXR is read: the part around its optical axis, reduced. */

/** Pixels that are read along the shorter side, at least, where the image has them. */
const ENOUGH = 256;

/** A part of an image, in blocks of pixels, whose middle lies on the optical axis. */
export interface Lens {
  /** Horizontal field of view of the part [°]. */
  fov: number;
  /** Pixels along the side of a block. */
  side: number;
  /** Blocks across and down. */
  columns: number;
  lines: number;
  /** The first pixel from the left, and from the top. */
  left: number;
  top: number;
}

/**
 * The lens of a view whose image has this size [pixels].
 *
 * Convention: column-major, as XRView.projectionMatrix; the image fills the view's frustum, whose pixels are square. Source: W3C CG,
 * https://immersive-web.github.io/raw-camera-access/#native-camera-section.
 */
export function lensOf(projection: ArrayLike<number>, width: number, height: number): Lens {
  const side = Math.max(1, Math.floor(Math.min(width, height) / ENOUGH));
  // the axis meets the image at −projection[8] and −projection[9] of −1 … 1, to the right and up
  const across = middle(width, width * (1 - projection[8]), side);
  const down = middle(height, height * (1 + projection[9]), side);
  const half = (across.count * side) / (width * projection[0]);
  return {
    fov: (Math.atan(half) * 360) / Math.PI,
    side,
    columns: across.count,
    lines: down.count,
    left: across.first,
    top: down.first,
  };
}

/** As many blocks as fit around a position, which is given twice as large; and the first pixel of them. */
function middle(size: number, twice: number, side: number): { first: number; count: number } {
  const count = Math.max(1, Math.floor(Math.min(twice, 2 * size - twice) / side));
  const first = Math.round((twice - count * side) / 2);
  return { first: Math.max(0, Math.min(first, size - count * side)), count };
}
