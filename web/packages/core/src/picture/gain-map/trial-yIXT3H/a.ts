import * as other from "react";

export const used = other;
