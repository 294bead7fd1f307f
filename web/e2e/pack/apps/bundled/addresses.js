import { createEstimator } from "lightprobe";
import { run } from "./run.js";

run(createEstimator, {
  worker: "lightprobe/worker.js",
  wasm: "lightprobe/lightprobe.wasm",
  model: "lightprobe/model/",
});
