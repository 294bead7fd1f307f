import * as other from "../../../estimator/worker/model/some.js";

export const used = other;
