/**
 * The cells of a surround: their points, solid angles and neighbors.
 *
 * Convention: spec/CONVENTIONS.md#panorama; cells are numbered row by row, directions are three numbers each.
 */

import { rowEdges } from "../../../../sphere/panorama.js";

/** Points of a cell in each direction. */
export const POINTS = 4;
/** Cells in the 3×3 cells around a cell, itself among them. */
export const AROUND = 9;

/** Cells of rows × 2·rows. */
export interface Grid {
  rows: number;
  count: number;
  /** Unit direction of the center of each cell. */
  centers: Float64Array;
  /** Unit directions of the points of each cell: parts of equal area. */
  points: Float64Array;
  /** Solid angle of each cell [sr]. */
  angles: Float64Array;
  /** Gradient of the latitude [rad] at the center of each cell. */
  north: Float64Array;
  /** Gradient of the azimuth [rad]. */
  east: Float64Array;
  /** The 3×3 cells around each cell, row by row; the row at a pole is its own neighbor. */
  neighbors: Int32Array;
}

/** The grid with so many rows. */
export function makeGrid(rows: number): Grid {
  const columns = 2 * rows;
  const count = rows * columns;
  const edges = rowEdges(rows);
  const grid: Grid = {
    rows,
    count,
    centers: new Float64Array(3 * count),
    points: new Float64Array(3 * POINTS * POINTS * count),
    angles: new Float64Array(count),
    north: new Float64Array(3 * count),
    east: new Float64Array(3 * count),
    neighbors: new Int32Array(AROUND * count),
  };
  for (let cell = 0; cell < count; cell++) {
    const row = Math.floor(cell / columns);
    const column = cell % columns;
    grid.angles[cell] = ((edges[row] - edges[row + 1]) * Math.PI) / rows;
    const colatitude = (Math.PI * (row + 0.5)) / rows;
    const azimuth = azimuthOf(column + 0.5, columns);
    const [y, level] = [Math.cos(colatitude), Math.sin(colatitude)];
    const [x, z] = [level * Math.cos(azimuth), level * Math.sin(azimuth)];
    grid.centers.set([x, y, z], 3 * cell);
    grid.north.set([(-y * x) / level, level, (-y * z) / level], 3 * cell);
    grid.east.set([-z / level ** 2, 0, x / level ** 2], 3 * cell);
    for (let i = 0; i < POINTS; i++) {
      const sine = edges[row] + ((i + 0.5) / POINTS) * (edges[row + 1] - edges[row]);
      const cosine = Math.sqrt(1 - sine * sine);
      for (let j = 0; j < POINTS; j++) {
        const at = azimuthOf(column + (j + 0.5) / POINTS, columns);
        const point = [cosine * Math.cos(at), sine, cosine * Math.sin(at)];
        grid.points.set(point, 3 * ((cell * POINTS + i) * POINTS + j));
      }
    }
    for (let k = 0; k < AROUND; k++) {
      const beside = Math.min(Math.max(row + Math.floor(k / 3) - 1, 0), rows - 1);
      grid.neighbors[AROUND * cell + k] = beside * columns + ((column + (k % 3) - 1 + columns) % columns);
    }
  }
  return grid;
}

/** [rad] of a place between the columns. */
const azimuthOf = (column: number, columns: number): number => Math.PI * ((2 * column) / columns - 1);
