/** EstimatedLight in @react-three/fiber under StrictMode, two of them and a hook below one provider. */

import { Canvas } from "@react-three/fiber";
import { EstimatedLight } from "lightprobe/fiber";
import { LightProbeProvider, useLightProbe } from "lightprobe/react";
import { createElement, type ReactNode, StrictMode, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";

/** A canvas of one color that may change. */
function canvasOf(color: string): { canvas: HTMLCanvasElement; paint(color: string): void } {
  const canvas = Object.assign(document.createElement("canvas"), { width: 128, height: 64 });
  const context = canvas.getContext("2d");
  if (!context) throw new TypeError("the browser gave no 2D canvas");
  const paint = (next: string): void => {
    context.fillStyle = next;
    context.fillRect(0, 0, 128, 64);
  };
  paint(color);
  return { canvas, paint };
}

const red = canvasOf("#f00");
const green = canvasOf("#0f0");
const facts = { renders: 0, estimates: 0, paint: red.paint };

function Light({ source }: { source: HTMLCanvasElement }): ReactNode {
  facts.renders++;
  const [intensity, setIntensity] = useState(0.5);
  useEffect(() => {
    const set = (): void => setIntensity(0.25);
    document.addEventListener("dim", set);
    return () => document.removeEventListener("dim", set);
  }, []);
  const onEstimate = (): void => {
    facts.estimates++;
  };
  return createElement(EstimatedLight, { source, intensity, environment: false, sun: false, smoothing: 0, onEstimate });
}

function Numbers(): ReactNode {
  const { light, error, state } = useLightProbe(green.canvas);
  return createElement("p", { role: "status" }, error?.message ?? light?.coeffs[1].toFixed(1) ?? state);
}

const ball = createElement("mesh", null, createElement("sphereGeometry"), createElement("meshLambertMaterial"));
const scene = createElement(
  Canvas,
  { frameloop: "demand", flat: true, gl: { preserveDrawingBuffer: true } },
  ball,
  createElement(Light, { source: red.canvas }),
  createElement(Light, { source: green.canvas }),
);
const root = createRoot(document.querySelector("#root") as HTMLElement);
root.render(
  createElement(StrictMode, null, createElement(LightProbeProvider, { model: "plain" }, scene, createElement(Numbers))),
);
document.addEventListener("click", () => root.unmount());

declare global {
  interface Window {
    fiber: typeof facts;
  }
}

window.fiber = facts;
