/** The hook under StrictMode, which mounts components twice in development. */

import { useLightProbe } from "lightprobe/react";
import { createElement, type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";

const canvas = Object.assign(document.createElement("canvas"), { width: 256, height: 128 });
const context = canvas.getContext("2d");
if (!context) throw new TypeError("the browser gave no 2D canvas");
context.fillStyle = "#fff";
context.fillRect(0, 0, 256, 128);

function Probe(): ReactNode {
  const { light, error, state } = useLightProbe(canvas, { model: "plain" });
  return createElement("p", { role: "status" }, error?.message ?? light?.coeffs[0].toFixed(3) ?? state);
}

const root = createRoot(document.querySelector("#root") as HTMLElement);
root.render(createElement(StrictMode, null, createElement(Probe)));
document.addEventListener("click", () => root.unmount());
