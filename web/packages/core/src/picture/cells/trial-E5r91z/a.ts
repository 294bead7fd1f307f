import * as other from "../../../picture/partial/some.js";

export const used = other;
