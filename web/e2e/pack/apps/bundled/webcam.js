import { EstimatedLight } from "lightprobe/three";
import { Mesh, MeshStandardMaterial, PerspectiveCamera, Scene, SphereGeometry, WebGLRenderer } from "three";

const renderer = new WebGLRenderer();
document.body.append(renderer.domElement);
const scene = new Scene();
const camera = new PerspectiveCamera(40, 2, 0.1, 10).translateZ(4);
scene.add(new Mesh(new SphereGeometry(), new MeshStandardMaterial({ roughness: 0.4 })));
scene.add(new EstimatedLight(renderer, "camera"));
renderer.setAnimationLoop(() => renderer.render(scene, camera));
