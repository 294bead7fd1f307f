import * as other from "../../../live/some.js";

export const used = other;
