import * as other from "../../../picture/cells/some.js";

export const used = other;
