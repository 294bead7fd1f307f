import * as other from "../../../picture/looks/some.js";

export const used = other;
