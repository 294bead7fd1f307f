// Shared by the three tool pages: axes, patch names and the radiance SH used for the test.
export const AXES = { '+X': [1, 0, 0], '-X': [-1, 0, 0], '+Y': [0, 1, 0], '-Y': [0, -1, 0], '+Z': [0, 0, 1], '-Z': [0, 0, -1] };
export const SIZE = 65; // odd: the middle pixel looks exactly along the axis
export const FOV = 150; // degrees: the edge pixels look 75 degrees to the side
const NAMES = { '100': 'center', '010': 'right', '110': 'back', '001': 'left', '111': 'up', '101': 'down' };

export const upFor = (d) => (Math.abs(d[1]) < 0.5 ? [0, 1, 0] : [0, 0, 1]);

export function name(rgb) {
  const top = Math.max(...rgb);
  return top > 0.02 ? NAMES[rgb.map((v) => (v > 0.6 * top ? 1 : 0)).join('')] ?? `? ${rgb}` : 'dark';
}

// data: SIZE x SIZE RGBA floats 0..1; the middle row is the same whichever way up the rows run.
export const pixel = (data, x) => Array.from(data.slice(4 * (((SIZE - 1) / 2) * SIZE + x), 4 * (((SIZE - 1) / 2) * SIZE + x) + 3));
export const edges = (data) => [0, (SIZE - 1) / 2, SIZE - 1].map((x) => name(pixel(data, x)));

export function frame(sky) {
  const at = Object.fromEntries(Object.entries(sky).map(([axis, names]) => [names[1], axis]));
  const front = sky[at.center] ?? [];
  return {
    center: at.center, right: at.right, up: at.up,
    mirrored_as_seen: front[0] === 'left' && front[2] === 'right' ? false : front[0] === 'right' && front[2] === 'left' ? true : null,
  };
}

// Real orthonormal basis, order 1,y,z,x,xy,yz,3zz-1,xz,xx-yy, no Condon-Shortley sign.
const [K0, K1, K2, K20, K22] = [1 / 4, 3 / 4, 15 / 4, 5 / 16, 15 / 16].map((v) => Math.sqrt(v / Math.PI));
export const basis = ([x, y, z]) => [K0, K1 * y, K1 * z, K1 * x, K2 * x * y, K2 * y * z, K20 * (3 * z * z - 1), K2 * x * z, K22 * (x * x - y * y)];
export const A_OVER_PI = [1, 2 / 3, 2 / 3, 2 / 3, 1 / 4, 1 / 4, 1 / 4, 1 / 4, 1 / 4];

// Fixed pseudo-random radiance L_lm, 9 x RGB, positive everywhere after the cosine filter.
let seed = 12345;
const random = () => ((seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648) * 2 - 1;
export const RADIANCE = Array.from({ length: 9 }, (_, i) => [0, 1, 2].map(() => Math.round(1e4 * (i ? 0.3 * random() : 1.6 + 0.2 * random())) / 1e4));
export const radianceAt = (d) => [0, 1, 2].map((c) => basis(d).reduce((s, b, i) => s + b * RADIANCE[i][c], 0));
export const whiteDiffuse = (d) => [0, 1, 2].map((c) => basis(d).reduce((s, b, i) => s + A_OVER_PI[i] * b * RADIANCE[i][c], 0)); // E/pi

export const DIRECTIONS = [...Object.values(AXES), ...[[1, 1, 1], [-1, 1, 1], [1, -1, 1], [1, 1, -1], [-2, 1, 0.5], [0.3, -1, 2], [1, 0.2, -3]].map((v) => v.map((c) => c / Math.hypot(...v)))];

// shade(direction) -> linear RGB of a white diffuse sphere where its normal is `direction`.
export async function compare(shade, expected = whiteDiffuse) {
  let worst = 0;
  let sample;
  for (const d of DIRECTIONS) {
    const got = await shade(d);
    const want = expected(d);
    got.forEach((v, c) => (worst = Math.max(worst, Math.abs(v - want[c]))));
    sample = { direction: d, got, want };
  }
  return { max_abs_difference: worst, last: sample };
}
