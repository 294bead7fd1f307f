/** The README's recipe for <model-viewer>, on a mirror ball. */

import "@google/model-viewer/dist/model-viewer.min.js";
import { toHDR } from "lightprobe";
import { Mesh, MeshStandardMaterial, SphereGeometry } from "three";
import { GLTFExporter } from "three/addons/exporters/GLTFExporter.js";

/** The part of the element that the recipe needs. */
interface Viewer extends HTMLElement {
  src: string;
  environmentImage: string | null;
  cameraOrbit: string;
  loaded: boolean;
  updateComplete: Promise<boolean>;
  jumpCameraToGoal(): void;
}

const viewer = document.querySelector("model-viewer") as Viewer;
const nextFrame = (): Promise<unknown> => new Promise(requestAnimationFrame);

const modelViewer = {
  open: async (panorama: number[]): Promise<void> => {
    const ball = new Mesh(new SphereGeometry(1, 64, 32), new MeshStandardMaterial({ metalness: 1, roughness: 0 }));
    const file = (await new GLTFExporter().parseAsync(ball, { binary: true })) as ArrayBuffer;
    const loading = new Promise((resolve) => viewer.addEventListener("load", resolve, { once: true }));
    viewer.src = URL.createObjectURL(new Blob([file]));
    await loading;
    const changed = new Promise((resolve) => viewer.addEventListener("environment-change", resolve, { once: true }));
    viewer.environmentImage = `${URL.createObjectURL(toHDR({ panorama: Float32Array.from(panorama) }))}#.hdr`;
    await changed;
  },

  lookFrom: async (degrees: number): Promise<void> => {
    viewer.cameraOrbit = `${degrees}deg 90deg 6m`;
    await viewer.updateComplete;
    viewer.jumpCameraToGoal();
    for (let k = 0; k < 4; k++) await nextFrame();
  },
};

declare global {
  interface Window {
    modelViewer: typeof modelViewer;
  }
}

window.modelViewer = modelViewer;
document.body.dataset.ready = "true";
