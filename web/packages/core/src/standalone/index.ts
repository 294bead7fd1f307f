/** The library in one file, without three.js and React: for pages without a bundler, for CDNs, and for any bundler. */

export * from "../index.js";
export * from "../live/index.js";
export { createEstimator, type StandaloneOptions } from "./create.js";
