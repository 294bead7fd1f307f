// The least that a page with three.js can draw: a white ball in a light. Its time is the floor of `first-light.mjs`.
import {
  DirectionalLight,
  Mesh,
  MeshLambertMaterial,
  PerspectiveCamera,
  Scene,
  SphereGeometry,
  WebGLRenderer,
} from "three";

const renderer = new WebGLRenderer({ antialias: true });
renderer.setSize(innerWidth, innerHeight);
document.body.append(renderer.domElement);
const scene = new Scene().add(
  new Mesh(new SphereGeometry(1, 64, 48), new MeshLambertMaterial()),
  new DirectionalLight(),
);
const camera = new PerspectiveCamera(42, innerWidth / innerHeight, 0.1, 80);
camera.position.z = 4;
renderer.render(scene, camera);
const gl = renderer.getContext();
gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4)); // waits until everything is drawn
const time = performance.now() - performance.getEntriesByType("navigation")[0].responseStart;
window.firstLight = { plain: time, network: time };
