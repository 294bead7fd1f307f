/** The grid of cells: 64 × 32, that of the panorama in estimates. */

import { PANORAMA, rowEdges } from "../../sphere/panorama.js";

/** Cells in the grid. */
export const CELL_COUNT = PANORAMA.width * PANORAMA.height;

/** Numbers in one quantity of all cells: 64 × 32 × RGB. */
export const CELL_VALUES = 3 * CELL_COUNT;

/** Planes of a network's cells: radiance of red, green and blue, then the share of each at display white. */
export const CELL_PLANES = 6;

/** The same, and the share of the cell that the picture shows. */
export const SEEN_PLANES = 7;

/** Solid angle of one cell in each row of cells, as part of the sphere. */
export const CELL_PARTS: Float64Array = /* @__PURE__ */ (() => {
  const edges = rowEdges(PANORAMA.height);
  return Float64Array.from(
    { length: PANORAMA.height },
    (_, row) => (edges[row] - edges[row + 1]) / (2 * PANORAMA.width),
  );
})();
