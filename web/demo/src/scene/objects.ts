/** The objects in the light: a white, a mirror and a glazed ball, and a model, once for each light that is compared. */

import {
  Box3,
  Color,
  FrontSide,
  Group,
  type Material,
  Mesh,
  MeshLambertMaterial,
  MeshStandardMaterial,
  type Object3D,
  SphereGeometry,
  Vector3,
  type Vector4,
} from "three";
import { type Background, SURROUNDINGS_GLSL } from "./background.js";

/** Distance between two sets, and width of one [m]. */
const STEP = 2.7;
const WIDTH = 2.2;
const MODEL_HEIGHT = 1.5;
const MODEL_DEPTH = -0.5;

/** Balls of a set: to the right of its middle, towards the viewer, radius [m]. */
const BALLS = {
  white: [-0.64, 0.12, 0.44],
  mirror: [0.64, 0.12, 0.44],
  glazed: [0.06, 0.78, 0.19],
} as const;
type Ball = keyof typeof BALLS;
const PLACES = Object.values(BALLS);
const PLAIN = "white ball";

/** Sets of objects in a row; all of them share their materials. */
export class Objects {
  readonly group = new Group();
  private readonly sets: { group: Group; balls: Group; model: Group }[] = [];
  private readonly geometry = new SphereGeometry(1, 64, 48);
  private readonly materials: Record<Ball, Material>;
  private readonly mirror: MeshStandardMaterial;
  private readonly shiny = new Set<MeshStandardMaterial>();
  /** Whether smooth surfaces reflect, and which part of the light lost to clipping they do. */
  private readonly reflecting = { reflecting: { value: 1 }, lost: { value: 1 } };
  private root: Object3D | null = null;
  private plainly: boolean;
  private radius = 0;

  /** `plainly`: only the white balls are shown, whose shader is short, until {@link complete}. */
  constructor(
    private readonly background: Background,
    plainly: boolean,
  ) {
    this.plainly = plainly;
    this.mirror = this.reflective(new MeshStandardMaterial({ color: "#f2f2f2", metalness: 1, roughness: 0.02 }));
    const white = new MeshLambertMaterial({ color: new Color(0.8, 0.8, 0.8) });
    // The face towards the sun casts the shadow: the other one touches the ground, and would let light through there.
    white.shadowSide = FrontSide;
    const glazed = this.reflective(new MeshStandardMaterial({ color: "#a8321c", roughness: 0.22 }));
    this.materials = { white, mirror: this.mirror, glazed };
  }

  /** Width of the row [m]. */
  get width(): number {
    return WIDTH + (this.sets.length - 1) * STEP;
  }

  /** Places of the gaps between sets, along the row [m]. */
  get gaps(): number[] {
    return this.sets.slice(1).map((_, i) => (i + 1 - this.sets.length / 2) * STEP);
  }

  /** Puts so many sets into the row. */
  arrange(count: number): void {
    while (this.sets.length > count) this.group.remove((this.sets.pop() as { group: Group }).group);
    while (this.sets.length < count) this.sets.push(this.makeSet());
    this.sets.forEach(({ group }, i) => {
      group.position.x = (i - (count - 1) / 2) * STEP;
    });
  }

  /** Puts another model on the ground of each set, scaled to a common height. */
  setModel(root: Object3D): void {
    const box = new Box3().setFromObject(root);
    const size = box.getSize(new Vector3());
    const center = box.getCenter(new Vector3());
    const scale = Math.min(MODEL_HEIGHT / size.y, 1.5 / Math.max(size.x, size.z));
    root.scale.multiplyScalar(scale);
    root.position.multiplyScalar(scale).sub(new Vector3(center.x, box.min.y, center.z).multiplyScalar(scale));
    root.position.z += MODEL_DEPTH;
    root.traverse((each) => {
      if (!(each instanceof Mesh)) return;
      each.castShadow = each.receiveShadow = true;
      for (const material of [each.material].flat()) {
        if (material instanceof MeshStandardMaterial) this.reflective(material);
      }
    });
    this.root = root;
    this.radius = ((Math.max(size.x, size.z) / 2) * scale * 4) / 5;
    for (const { model } of this.sets) model.clear().add(root.clone());
  }

  /** What is shown from the start. */
  get plain(): Object3D[] {
    return this.sets.slice(0, 1).map(({ balls }) => balls.getObjectByName(PLAIN) as Object3D);
  }

  /** From now on all objects are shown. */
  complete(): void {
    this.plainly = false;
  }

  /** Shows or hides the objects. */
  show(balls: boolean, model: boolean): void {
    for (const set of this.sets) {
      set.balls.visible = balls;
      for (const ball of set.balls.children) ball.visible = !this.plainly || ball.name === PLAIN;
      set.model.visible = model && !this.plainly;
    }
  }

  /** Fills in the spheres that keep skylight from the ground, as {@link Ground} has them; returns their number. */
  block(spheres: readonly Vector4[]): number {
    let count = 0;
    for (const { group, balls, model } of this.sets) {
      const x = group.position.x;
      if (balls.visible) {
        for (const [right, front, radius] of this.plainly ? [BALLS.white] : PLACES)
          spheres[count++].set(x + right, front, radius, radius);
      }
      if (model.visible && this.root) spheres[count++].set(x, MODEL_DEPTH, this.radius, this.radius);
    }
    return count;
  }

  /** Turns reflections on or off; without them the mirror ball is matte. `lost`: part of the light lost to clipping in them. */
  reflect(on: boolean, lost: number): void {
    this.reflecting.lost.value = lost;
    if (this.reflecting.reflecting.value === Number(on)) return;
    this.reflecting.reflecting.value = Number(on);
    this.mirror.metalness = on ? 1 : 0;
    this.mirror.roughness = on ? 0.02 : 1;
    this.mirror.color.setScalar(on ? 0.9 : 0.35);
  }

  /**
   * Lets a material reflect the surroundings as they are at that moment. The probe gives the diffuse light alone, and what the
   * surface reflects is taken from it, so that nothing counts twice.
   */
  private reflective(material: MeshStandardMaterial): MeshStandardMaterial {
    if (this.shiny.has(material)) return material;
    this.shiny.add(material);
    if (material.side === FrontSide) material.shadowSide = FrontSide;
    material.onBeforeCompile = (shader) => {
      Object.assign(shader.uniforms, this.background.uniforms, this.reflecting, { soft: { value: false } });
      shader.fragmentShader = shader.fragmentShader
        .replace(
          "#include <common>",
          `#include <common>
          uniform float reflecting;
          uniform float lost;
          ${SURROUNDINGS_GLSL}`,
        )
        .replace(
          "#include <lights_fragment_maps>",
          /* glsl */ `
          #include <lights_fragment_maps>
          if (reflecting > 0.0) {
            vec3 mirrored = reflect(-geometryViewDir, geometryNormal);
            mirrored = transpose(mat3(viewMatrix)) * mirrored;
            float spread = max(length(fwidth(mirrored)), 2.0 * material.roughness * material.roughness);
            radiance += surroundings(mirrored, log2(max(spread * texels, 1.0)), lost);
            iblIrradiance = irradiance;
            irradiance = vec3(0.0);
          }`,
        );
    };
    return material;
  }

  private makeSet(): { group: Group; balls: Group; model: Group } {
    const set = { group: new Group(), balls: new Group(), model: new Group() };
    for (const [name, [right, front, radius]] of Object.entries(BALLS) as [Ball, readonly number[]][]) {
      const mesh = new Mesh(this.geometry, this.materials[name]);
      mesh.name = `${name} ball`;
      mesh.scale.setScalar(radius);
      mesh.position.set(right, radius, front);
      mesh.castShadow = mesh.receiveShadow = true;
      set.balls.add(mesh);
    }
    if (this.root) set.model.add(this.root.clone());
    set.group.add(set.balls, set.model);
    this.group.add(set.group);
    return set;
  }
}
