import * as other from "../../../picture/files/some.js";

export const used = other;
