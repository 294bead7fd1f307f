/** A typical app: a video lights a scene of three.js. Only its size is measured. */

import { createEstimator } from "lightprobe";
import { follow } from "lightprobe/live";
import { applyToDirectionalLight, applyToLightProbe } from "lightprobe/three";
import { DirectionalLight, LightProbe } from "three";

const probe = new LightProbe();
const sun = new DirectionalLight();
const video = document.createElement("video");
follow(await createEstimator(), video, (estimate) => {
  applyToLightProbe(estimate, probe, { withoutSun: true });
  applyToDirectionalLight(estimate, sun);
});
