/** Code that reads picture files, loaded with the first one. */

export { lookAtImage } from "./looks.js";
export { openFile } from "./open.js";
