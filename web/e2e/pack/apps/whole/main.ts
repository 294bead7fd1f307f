/** All exports of the library in one page: an estimate, a followed canvas, three.js and React. */

import { createEstimator, type Estimate, LightprobeError, toConvention } from "lightprobe";
import { follow } from "lightprobe/live";
import { type LightProbeState, useLightProbe } from "lightprobe/react";
import { applyToDirectionalLight, applyToLightProbe, createEnvironment, createSceneSource } from "lightprobe/three";
import { createElement, type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Color, DirectionalLight, LightProbe, Scene, WebGLRenderer } from "three";

/** A gray panorama with a bright sky. */
function drawPanorama(): HTMLCanvasElement {
  const canvas = Object.assign(document.createElement("canvas"), { width: 256, height: 128 });
  const context = canvas.getContext("2d");
  if (!context) throw new TypeError("expected a 2D canvas, got none");
  context.fillStyle = "#445566";
  context.fillRect(0, 0, 256, 128);
  context.fillStyle = "#ffeecc";
  context.fillRect(64, 8, 64, 40);
  return canvas;
}

function Probe({ source }: { source: HTMLCanvasElement }): ReactNode {
  const { light, error, state }: LightProbeState = useLightProbe(source, { model: "plain", every: 2 });
  return createElement("p", { id: "react" }, error?.message ?? (light ? light.coeffs[0].toFixed(3) : state));
}

async function run(): Promise<Record<string, unknown>> {
  const canvas = drawPanorama();
  const estimator = await createEstimator();
  const estimate = await estimator.estimate(canvas);
  const followed = await new Promise<Estimate>((resolve, reject) => {
    const follower = follow(
      estimator,
      canvas,
      (each) => {
        follower.stop();
        resolve(each);
      },
      { onError: reject },
    );
  });
  const probe = new LightProbe();
  applyToLightProbe(estimate, probe);
  const sun = new DirectionalLight();
  applyToDirectionalLight(estimate, sun);
  const renderer = new WebGLRenderer();
  const environment = createEnvironment(renderer);
  environment.update(estimate);
  const scene = new Scene();
  scene.background = new Color(0.5, 0.5, 0.5);
  const source = createSceneSource(renderer, scene, { size: 16 });
  const inside = await estimator.estimate(await source.read());
  const answer = {
    provider: estimator.provider,
    coeffs: Array.from(estimate.coeffs),
    followed: Array.from(followed.coeffs),
    probe: probe.sh.toArray(),
    cmgen: toConvention(estimate.coeffs, "cmgen").length,
    sun: sun.intensity,
    inside: inside.coeffs[0],
    error: new LightprobeError("source", "only a try").code,
  };
  source.dispose();
  environment.dispose();
  estimator.dispose();
  return answer;
}

createRoot(document.querySelector("#root") as HTMLElement).render(
  createElement(StrictMode, null, createElement(Probe, { source: drawPanorama() })),
);
const output = document.querySelector("output") as HTMLOutputElement;
run().then(
  (answer) => output.append(JSON.stringify(answer)),
  (error: unknown) => output.append(String(error)),
);
