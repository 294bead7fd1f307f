/** The door to React. */

export { LightProbeProvider, type LightProbeProviderProps } from "./provider.js";
export {
  type LightProbeSource,
  type LightProbeState,
  type UseLightProbeOptions,
  useLightProbe,
} from "./use-light-probe.js";
