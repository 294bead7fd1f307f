/** JPEG files with a gain map: a normal picture everywhere, and HDR where gain maps are understood. */

export { toGainMapJPEG } from "./encoder.js";
