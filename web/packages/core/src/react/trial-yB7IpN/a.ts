import * as other from "three";

export const used = other;
