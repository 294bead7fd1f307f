import * as other from "../../../react/some.js";

export const used = other;
