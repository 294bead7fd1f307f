import * as other from "../../sphere/some.js";

export const used = other;
