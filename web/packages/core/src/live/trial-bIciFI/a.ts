import * as other from "../../estimator/client/some.js";

export const used = other;
