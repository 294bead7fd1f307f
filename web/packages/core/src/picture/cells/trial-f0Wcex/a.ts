import * as other from "../../../picture/curves/some.js";

export const used = other;
