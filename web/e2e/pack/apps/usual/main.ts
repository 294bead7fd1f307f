/** What most pages need: a video that lights a scene of three. Only weighed. */

import { createEstimator } from "lightprobe";
import { follow } from "lightprobe/live";
import { applyToDirectionalLight, applyToLightProbe } from "lightprobe/three";
import { DirectionalLight, LightProbe } from "three";

const probe = new LightProbe();
const sun = new DirectionalLight();
const video = document.createElement("video");
follow(await createEstimator(), video, (light) => {
  applyToLightProbe(light, probe, { withoutSun: true });
  applyToDirectionalLight(light, sun);
});
