// three.js: equirect texture as scene.background and scene.environment; LightProbe on a Lambert sphere.
import * as THREE from 'three';
import { HDRLoader } from 'three/addons/loaders/HDRLoader.js';
import { LightProbeGenerator } from 'three/addons/lights/LightProbeGenerator.js';
import { AXES, FOV, RADIANCE, SIZE, compare, edges, frame, name, pixel, radianceAt, upFor } from './common.js';

export async function run() {
  const renderer = new THREE.WebGLRenderer();
  const target = new THREE.WebGLRenderTarget(SIZE, SIZE, { type: THREE.FloatType });
  const scene = new THREE.Scene();
  const ball = new THREE.Mesh(new THREE.SphereGeometry(1, 128, 64));
  scene.add(ball);

  const shoot = (eye, toward, fov) => {
    const camera = new THREE.PerspectiveCamera(fov, 1, 0.1, 100);
    camera.up.set(...upFor(toward));
    camera.position.set(...eye);
    camera.lookAt(eye[0] + toward[0], eye[1] + toward[1], eye[2] + toward[2]);
    renderer.setRenderTarget(target);
    renderer.render(scene, camera);
    const data = new Float32Array(4 * SIZE * SIZE);
    renderer.readRenderTargetPixels(target, 0, 0, SIZE, SIZE, data);
    return data;
  };
  const onBall = (d) => pixel(shoot(d.map((v) => 5 * v), d.map((v) => -v), 5), (SIZE - 1) / 2);
  const each = (f) => Object.fromEntries(Object.entries(AXES).map(([axis, d]) => [axis, f(d)]));

  const loaders = { png: await new THREE.TextureLoader().loadAsync('/out/compass.png'), hdr: await new HDRLoader().loadAsync('/out/compass.hdr') };
  loaders.png.colorSpace = THREE.SRGBColorSpace;
  const views = {};
  for (const [kind, texture] of Object.entries(loaders)) {
    texture.mapping = THREE.EquirectangularReflectionMapping;
    scene.background = scene.environment = texture;
    ball.visible = false;
    const sky = each((d) => edges(shoot([0, 0, 0], d, FOV)));
    ball.visible = true;
    ball.material = new THREE.MeshStandardMaterial({ roughness: 1 });
    const diffuse = each((d) => name(onBall(d)));
    ball.material = new THREE.MeshStandardMaterial({ roughness: 0, metalness: 1 });
    const mirror = each((d) => name(onBall(d)));
    views[kind] = { frame: frame(sky), sky, diffuse, mirror };
  }

  scene.background = scene.environment = null;
  const probe = new THREE.LightProbe();
  probe.sh.fromArray(RADIANCE.flat());
  scene.add(probe);
  ball.material = new THREE.MeshLambertMaterial({ color: 0xffffff });
  const lambert = await compare(onBall);

  // The tool's own projection of the same radiance, given as a cube texture.
  const n = 128;
  const faces = [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]].map((w, face) => {
    // GL face axes; world x is negated, because three samples WebGL cube textures with -x
    const s = [[0, 0, -1], [0, 0, 1], [1, 0, 0], [1, 0, 0], [1, 0, 0], [-1, 0, 0]][face];
    const t = [[0, -1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1], [0, -1, 0], [0, -1, 0]][face];
    const data = new Float32Array(4 * n * n);
    for (let j = 0; j < n; j++) for (let i = 0; i < n; i++) {
      const d = w.map((v, k) => v + s[k] * ((2 * i + 1) / n - 1) + t[k] * ((2 * j + 1) / n - 1));
      const unit = d.map((v) => v / Math.hypot(...d));
      data.set([...radianceAt([-unit[0], unit[1], unit[2]]), 1], 4 * (j * n + i));
    }
    return new THREE.DataTexture(data, n, n, THREE.RGBAFormat, THREE.FloatType);
  });
  const cube = new THREE.CubeTexture(faces);
  cube.type = THREE.FloatType;
  cube.colorSpace = THREE.LinearSRGBColorSpace;
  cube.needsUpdate = true;
  const cubeTarget = new THREE.WebGLCubeRenderTarget(n, { type: THREE.FloatType });
  const dome = new THREE.Scene();
  dome.background = cube;
  new THREE.CubeCamera(0.1, 10, cubeTarget).update(renderer, dome);
  const generated = (await LightProbeGenerator.fromCubeRenderTarget(renderer, cubeTarget)).sh.toArray();
  return { tool: `three ${THREE.REVISION}`, views, sh: { radiance: RADIANCE, lambert, generated } };
}
