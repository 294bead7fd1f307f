/** Arithmetic alone: its bundle must hold no worker and no network. */

import { toConvention } from "lightprobe";

const constant = new Float32Array(27).fill(Math.sqrt(4 * Math.PI), 0, 3);
const numbers = toConvention(constant, "irradiance");
document.querySelector("output")?.append(numbers[0].toFixed(3));
