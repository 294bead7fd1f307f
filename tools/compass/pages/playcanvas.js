// PlayCanvas: equirect texture asset -> EnvLighting skybox cubemap + envAtlas; material.ambientSH.
import * as pc from 'playcanvas';
import { AXES, FOV, RADIANCE, SIZE, compare, edges, frame, name, pixel, upFor, A_OVER_PI } from './common.js';

const serial = async (f) => { const out = {}; for (const [axis, d] of Object.entries(AXES)) out[axis] = await f(d); return out; };
const K = [1 / 4, 3 / 4, 3 / 4, 3 / 4, 15 / 4, 15 / 4, 5 / 16, 15 / 4, 15 / 16].map((v) => Math.sqrt(v / Math.PI));
const ORDER = [0, 3, 1, 2, 7, 5, 4, 6, 8]; // ambientSH[i] multiplies 1, x, y, z, xz, zy, yx, 3zz-1, xx-yy

export async function run() {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIZE;
  document.body.append(canvas);
  const app = new pc.Application(canvas, { graphicsDeviceOptions: { antialias: false } });
  app.autoRender = false;
  app.start();
  const device = app.graphicsDevice;
  const colorBuffer = new pc.Texture(device, { width: SIZE, height: SIZE, format: pc.PIXELFORMAT_RGBA32F, mipmaps: false });
  const target = new pc.RenderTarget({ colorBuffer, depth: true });
  const eye = new pc.Entity();
  eye.addComponent('camera', { clearColor: new pc.Color(0, 0, 0, 1), nearClip: 0.05, farClip: 100, toneMapping: pc.TONEMAP_LINEAR, gammaCorrection: pc.GAMMA_NONE });
  eye.camera.renderTarget = target;
  app.root.addChild(eye);
  const ball = new pc.Entity();
  const mesh = pc.Mesh.fromGeometry(device, new pc.SphereGeometry({ radius: 1, latitudeBands: 64, longitudeBands: 128 }));
  ball.addComponent('render', { meshInstances: [new pc.MeshInstance(mesh, new pc.StandardMaterial())] });
  app.root.addChild(ball);
  const wear = (settings) => {
    const m = Object.assign(new pc.StandardMaterial(), settings);
    m.update();
    ball.render.meshInstances[0].material = m;
  };

  const frames = (n) => new Promise((done) => { let k = 0; const tick = () => (++k > n ? done() : ((app.renderNextFrame = true), requestAnimationFrame(tick))); tick(); });
  const shoot = async (from, toward, fov) => {
    eye.camera.fov = fov;
    eye.setPosition(...from);
    eye.lookAt(new pc.Vec3(from[0] + toward[0], from[1] + toward[1], from[2] + toward[2]), new pc.Vec3(...upFor(toward)));
    await frames(3);
    return Float32Array.from(await colorBuffer.read(0, 0, SIZE, SIZE, { renderTarget: target, immediate: true }));
  };
  const onBall = async (d) => pixel(await shoot(d.map((v) => 5 * v), d.map((v) => -v), 5), (SIZE - 1) / 2);

  const views = {};
  for (const kind of ['png', 'hdr']) {
    const asset = new pc.Asset(kind, 'texture', { url: `/out/compass.${kind}` }, { projection: 'equirect', mipmaps: false, ...(kind === 'png' ? { srgb: true } : { type: 'rgbe' }) });
    await new Promise((done, fail) => { asset.ready(done); asset.on('error', fail); app.assets.add(asset); app.assets.load(asset); });
    const lighting = pc.EnvLighting.generateLightingSource(asset.resource);
    app.scene.skybox = pc.EnvLighting.generateSkyboxCubemap(asset.resource);
    app.scene.envAtlas = pc.EnvLighting.generateAtlas(lighting);
    app.scene.skyboxMip = 0;
    ball.enabled = false;
    const sky = await serial(async (d) => edges(await shoot([0, 0, 0], d, FOV)));
    ball.enabled = true;
    wear({ diffuse: pc.Color.WHITE, specular: pc.Color.BLACK, useMetalness: false, gloss: 0 });
    const diffuse = await serial(async (d) => name(await onBall(d)));
    wear({ diffuse: pc.Color.WHITE, useMetalness: true, metalness: 1, gloss: 1 });
    const mirror = await serial(async (d) => name(await onBall(d)));
    views[kind] = { frame: frame(sky), sky, diffuse, mirror };
  }

  app.scene.envAtlas = null;
  app.scene.skybox = null;
  app.scene.ambientLight = pc.Color.BLACK;
  const matrix = ORDER.map((lm) => K.map((k, i) => (i === lm ? A_OVER_PI[i] * k : 0)));
  const stored = matrix.map((row) => [0, 1, 2].map((c) => row.reduce((s, m, i) => s + m * RADIANCE[i][c], 0)));
  wear({ diffuse: pc.Color.WHITE, specular: pc.Color.BLACK, useMetalness: false, gloss: 0, useSkybox: false, ambientSH: new Float32Array(stored.flat()) });
  const ambient = await compare(onBall);
  return { tool: `playcanvas ${pc.version}`, views, sh: { radiance: RADIANCE, stored, matrix, ambient } };
}
