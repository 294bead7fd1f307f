import * as other from "../../../estimator/protocol/some.js";

export const used = other;
