import * as other from "../../../estimator/smoother.js";

export const used = other;
