/** The door to React. */

export {
  type LightProbeSource,
  type LightProbeState,
  type UseLightProbeOptions,
  useLightProbe,
} from "./use-light-probe.js";
