// Babylon.js: HDRCubeTexture / EquiRectangularCubeTexture as environmentTexture + default skybox,
// PhotoDome, and a plain Texture in the two FIXED_EQUIRECTANGULAR modes; SphericalPolynomial.
import { Engine } from '@babylonjs/core/Engines/engine.js';
import { Scene } from '@babylonjs/core/scene.js';
import { Camera } from '@babylonjs/core/Cameras/camera.js';
import { Matrix, Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Color3, Color4 } from '@babylonjs/core/Maths/math.color.js';
import { CreateBox } from '@babylonjs/core/Meshes/Builders/boxBuilder.js';
import { CreateSphere } from '@babylonjs/core/Meshes/Builders/sphereBuilder.js';
import { PBRMaterial } from '@babylonjs/core/Materials/PBR/pbrMaterial.js';
import { StandardMaterial } from '@babylonjs/core/Materials/standardMaterial.js';
import { Texture } from '@babylonjs/core/Materials/Textures/texture.js';
import { HDRCubeTexture } from '@babylonjs/core/Materials/Textures/hdrCubeTexture.js';
import { EquiRectangularCubeTexture } from '@babylonjs/core/Materials/Textures/equiRectangularCubeTexture.js';
import { RawCubeTexture } from '@babylonjs/core/Materials/Textures/rawCubeTexture.js';
import { RenderTargetTexture } from '@babylonjs/core/Materials/Textures/renderTargetTexture.js';
import { PhotoDome } from '@babylonjs/core/Helpers/photoDome.js';
import { SphericalHarmonics, SphericalPolynomial } from '@babylonjs/core/Maths/sphericalPolynomial.js';
import { CubeMapToSphericalPolynomialTools } from '@babylonjs/core/Misc/HighDynamicRange/cubemapToSphericalPolynomial.js';
import '@babylonjs/core/Helpers/sceneHelpers.js';
import '@babylonjs/core/Materials/Textures/baseTexture.polynomial.js';
import { AXES, FOV, RADIANCE, SIZE, compare, edges, frame, name, pixel, radianceAt, upFor, basis, A_OVER_PI } from './common.js';

const NAMES = ['x', 'y', 'z', 'xx', 'yy', 'zz', 'yz', 'zx', 'xy'];
const CONDON_SHORTLEY = [1, -1, 1, -1, 1, -1, 1, -1, 1];
const serial = async (f) => { const out = {}; for (const [axis, d] of Object.entries(AXES)) out[axis] = await f(d); return out; };

class Eye extends Camera {
  aim(eye, toward, degrees) {
    this.eye = Vector3.FromArray(eye);
    this.position.copyFrom(this.eye);
    this.look = this.eye.add(Vector3.FromArray(toward));
    this.up = Vector3.FromArray(upFor(toward));
    this.fov = (degrees * Math.PI) / 180;
  }
  _isSynchronizedViewMatrix() { return false; }
  _isSynchronizedProjectionMatrix() { return false; }
  _getViewMatrix() {
    if (!this.look) return Matrix.Identity();
    const lookAt = this.getScene().useRightHandedSystem ? Matrix.LookAtRH : Matrix.LookAtLH;
    return lookAt(this.eye, this.look, this.up);
  }
}

function studio(engine, rightHanded) {
  const scene = new Scene(engine);
  const defaultIsRightHanded = scene.useRightHandedSystem;
  scene.useRightHandedSystem = rightHanded ?? defaultIsRightHanded;
  scene.clearColor = new Color4(0, 0, 0, 1);
  scene.imageProcessingConfiguration.applyByPostProcess = true; // materials write linear values
  const eye = new Eye('eye', Vector3.Zero(), scene);
  eye.minZ = 0.05;
  eye.maxZ = 5000;
  const target = new RenderTargetTexture('target', SIZE, scene, { type: 1 /* float */, generateMipMaps: false });
  target.activeCamera = eye;
  const shoot = async (from, toward, fov) => {
    eye.aim(from, toward, fov);
    target.renderList = scene.meshes;
    scene.activeCamera = eye;
    for (let i = 0; i < 200 && !target.isReadyForRendering(); i++) await new Promise((done) => setTimeout(done, 20));
    scene.incrementRenderId();
    eye.getViewMatrix(true);
    eye.getProjectionMatrix(true);
    scene.meshes.forEach((m) => m.computeWorldMatrix(true));
    target.render();
    return Float32Array.from(await target.readPixels());
  };
  const onBall = async (d) => pixel(await shoot(d.map((v) => 5 * v), d.map((v) => -v), 5), (SIZE - 1) / 2);
  return { scene, shoot, onBall, defaultIsRightHanded };
}

function whitePbr(scene, metallic, roughness) {
  const m = new PBRMaterial('white', scene);
  m.albedoColor = Color3.White();
  m.metallic = metallic;
  m.roughness = roughness;
  if (!metallic) m.metallicF0Factor = 0; // no specular share: the pixel is the diffuse term alone
  m.disableLighting = true;
  return m;
}

const loaded = (make) => new Promise((done, fail) => { const t = make(() => done(t), fail); });

async function environment(engine, kind, rightHanded) {
  const { scene, shoot, onBall, defaultIsRightHanded } = studio(engine, rightHanded);
  const texture = await loaded((ok, fail) => kind === 'hdr'
    ? new HDRCubeTexture('/out/compass.hdr', scene, 128, false, true, false, false, () => setTimeout(ok), fail)
    : new EquiRectangularCubeTexture('/out/compass.png', scene, 128, false, true, () => setTimeout(ok), fail));
  const box = scene.createDefaultSkybox(texture, true, 1000);
  const sky = await serial(async (d) => edges(await shoot([0, 0, 0], d, FOV)));
  box.setEnabled(false);
  const ball = CreateSphere('ball', { diameter: 2, segments: 64 }, scene);
  ball.material = whitePbr(scene, 0, 1);
  const diffuse = await serial(async (d) => name(await onBall(d)));
  ball.material = whitePbr(scene, 1, 0);
  const mirror = await serial(async (d) => name(await onBall(d)));
  return { right_handed: scene.useRightHandedSystem, right_handed_is_default: defaultIsRightHanded, frame: frame(sky), sky, diffuse, mirror };
}

async function dome(engine) {
  const { scene, shoot } = studio(engine);
  const photo = new PhotoDome('dome', '/out/compass.png', { resolution: 64, size: 1000 }, scene);
  await new Promise((done) => (photo.photoTexture.isReady() ? done() : photo.photoTexture.onLoadObservable.add(done)));
  const sky = await serial(async (d) => edges(await shoot([0, 0, 0], d, FOV)));
  return { frame: frame(sky), sky };
}

async function plainTexture(engine, mode) {
  const { scene, shoot } = studio(engine);
  const texture = await loaded((ok, fail) => new Texture('/out/compass.png', scene, true, undefined, undefined, () => setTimeout(ok), fail));
  texture.coordinatesMode = Texture[mode];
  texture.wrapV = Texture.CLAMP_ADDRESSMODE; // the poles fall on the texture's edge
  const box = CreateBox('box', { size: 1000 }, scene);
  const m = new StandardMaterial('sky', scene);
  m.backFaceCulling = false;
  m.disableLighting = true;
  m.diffuseColor = m.specularColor = Color3.Black();
  m.reflectionTexture = texture;
  box.material = m;
  const sky = await serial(async (d) => edges(await shoot([0, 0, 0], d, FOV)));
  return { frame: frame(sky), sky };
}

const toArray = (polynomial) => NAMES.map((k) => polynomial[k].asArray());

// The tool's own chain, as ConvertCubeMapToSphericalPolynomial calls it. L: 9 x 3, sign +.
function ownChain(L) {
  const h = SphericalHarmonics.FromArray(L.map((v, i) => v.map((c) => CONDON_SHORTLEY[i] * c)));
  h.convertIncidentRadianceToIrradiance();
  h.convertIrradianceToLambertianRadiance();
  return SphericalPolynomial.FromHarmonics(h);
}

// Closed form of the same map, without the tool's rounded constants.
const K = [1 / 4, 3 / 4, 3 / 4, 3 / 4, 15 / 4, 15 / 4, 5 / 16, 15 / 4, 15 / 16].map((v) => Math.sqrt(v / Math.PI));
const f = K.map((k, i) => A_OVER_PI[i] ** 2 * k); // the cosine filter enters twice, see README
export const MATRIX = [
  [0, 0, 0, f[3], 0, 0, 0, 0, 0],
  [0, f[1], 0, 0, 0, 0, 0, 0, 0],
  [0, 0, f[2], 0, 0, 0, 0, 0, 0],
  [f[0], 0, 0, 0, 0, 0, -f[6], 0, f[8]],
  [f[0], 0, 0, 0, 0, 0, -f[6], 0, -f[8]],
  [f[0], 0, 0, 0, 0, 0, 2 * f[6], 0, 0],
  [0, 0, 0, 0, 0, f[5], 0, 0, 0],
  [0, 0, 0, 0, 0, 0, 0, f[7], 0],
  [0, 0, 0, 0, f[4], 0, 0, 0, 0],
];

async function harmonics(engine) {
  const { scene, onBall } = studio(engine);
  const black = new Float32Array(4 * 4 * 4);
  const texture = new RawCubeTexture(scene, Array(6).fill(black), 4, 5, 1, false); // specular black
  const ball = CreateSphere('ball', { diameter: 2, segments: 64 }, scene);
  const shade = async (polynomial, useHarmonics, expected) => {
    texture.sphericalPolynomial = polynomial;
    ball.material = whitePbr(scene, 0, 1);
    ball.material.reflectionTexture = texture;
    ball.material.brdf.useSphericalHarmonics = useHarmonics;
    return compare(onBall, expected);
  };
  const own = toArray(ownChain(RADIANCE));
  const closed = MATRIX.map((row) => [0, 1, 2].map((c) => row.reduce((s, m, i) => s + m * RADIANCE[i][c], 0)));
  const executed = Array.from({ length: 9 }, (_, lm) => toArray(ownChain(RADIANCE.map((_, i) => (i === lm ? [1, 1, 1] : [0, 0, 0])))).map((v) => v[0]));
  const blurred = (d) => [0, 1, 2].map((c) => basis(d).reduce((s, b, i) => s + A_OVER_PI[i] ** 2 * b * RADIANCE[i][c], 0));
  // a cube whose texel colours are the radiance in GL face directions
  const n = 64;
  const axes = { right: [[1, 0, 0], [0, 0, -1], [0, -1, 0]], left: [[-1, 0, 0], [0, 0, 1], [0, -1, 0]], up: [[0, 1, 0], [1, 0, 0], [0, 0, 1]], down: [[0, -1, 0], [1, 0, 0], [0, 0, -1]], front: [[0, 0, 1], [1, 0, 0], [0, -1, 0]], back: [[0, 0, -1], [-1, 0, 0], [0, -1, 0]] };
  const cube = { size: n, format: 4, type: 1, gammaSpace: false };
  for (const [face, [w, s, t]] of Object.entries(axes)) {
    cube[face] = new Float32Array(3 * n * n);
    for (let j = 0; j < n; j++) for (let i = 0; i < n; i++) {
      const d = w.map((v, k) => v + s[k] * ((2 * i + 1) / n - 1) + t[k] * ((2 * j + 1) / n - 1));
      cube[face].set(radianceAt(d.map((v) => v / Math.hypot(...d))), 3 * (j * n + i));
    }
  }
  return {
    radiance: RADIANCE, names: NAMES, own, closed, own_from_cube: toArray(CubeMapToSphericalPolynomialTools.ConvertCubeMapToSphericalPolynomial(cube)),
    matrix_closed: MATRIX, matrix_executed_columns: executed,
    shader_default_own: await shade(ownChain(RADIANCE), true),
    shader_default_closed: await shade(SphericalPolynomial.FromArray(closed), true),
    shader_polynomial_vs_lambert: await shade(SphericalPolynomial.FromArray(closed), false),
    shader_polynomial_vs_twice_filtered: await shade(SphericalPolynomial.FromArray(closed), false, blurred),
  };
}

export async function run() {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIZE;
  document.body.append(canvas);
  const engine = new Engine(canvas, false);
  const views = {
    hdr: await environment(engine, 'hdr'),
    jpg: await environment(engine, 'jpg'),
    hdr_right_handed: await environment(engine, 'hdr', true),
    photo_dome: await dome(engine),
    fixed_equirectangular: await plainTexture(engine, 'FIXED_EQUIRECTANGULAR_MODE'),
    fixed_equirectangular_mirrored: await plainTexture(engine, 'FIXED_EQUIRECTANGULAR_MIRRORED_MODE'),
  };
  return { tool: `@babylonjs/core ${Engine.Version}`, views, sh: await harmonics(engine) };
}
