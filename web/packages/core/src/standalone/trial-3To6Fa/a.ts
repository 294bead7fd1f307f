import * as other from "../../estimator/worker/some.js";

export const used = other;
