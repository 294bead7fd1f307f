import * as other from "../../playcanvas/some.js";

export const used = other;
