import { createEstimator } from "lightprobe/standalone";
import { run } from "./run.js";

run(createEstimator, { thread: "main" }, false);
