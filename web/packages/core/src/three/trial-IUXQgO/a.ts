import * as other from "../../fiber/some.js";

export const used = other;
