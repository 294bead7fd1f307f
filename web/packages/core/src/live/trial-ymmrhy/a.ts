import * as other from "../../babylon/some.js";

export const used = other;
