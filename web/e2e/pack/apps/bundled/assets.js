import { createEstimator } from "lightprobe";
import { run } from "./run.js";

run(createEstimator, { assets: "lightprobe/" }); // a copy of node_modules/lightprobe/dist/assets
