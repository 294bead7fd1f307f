import * as other from "../../standalone/some.js";

export const used = other;
