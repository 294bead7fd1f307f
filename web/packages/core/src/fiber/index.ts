/** The door to @react-three/fiber. */

export { EstimatedLight, type EstimatedLightProps } from "./estimated-light.js";
