/** Code of surrounds, loaded with the first frame of one. */

export { Surrounds } from "../surround/path.js";
