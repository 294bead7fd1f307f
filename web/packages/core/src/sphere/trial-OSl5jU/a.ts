import * as other from "../../three/some.js";

export const used = other;
