import { createEstimator } from "lightprobe";
import { run } from "./run.js";

run(createEstimator);
