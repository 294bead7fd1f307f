import * as other from "../../../picture/gain-map/some.js";

export const used = other;
