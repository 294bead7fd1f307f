/** The objects in the light: a matte, a mirror and a glazed ball, a model, and the ground. */

import {
  Box3,
  CircleGeometry,
  Color,
  type DirectionalLight,
  FrontSide,
  Group,
  LatheGeometry,
  type Material,
  Mesh,
  MeshLambertMaterial,
  MeshStandardMaterial,
  type Object3D,
  SphereGeometry,
  type Texture,
  Vector2,
  Vector3,
  Vector4,
} from "three";

/** Radius of a ball [m]. */
const RADIUS = 0.5;
const MODEL_HEIGHT = 1.55;
const GROUND_RADIUS = 2.6;

/** Balls, model and ground. */
export class Objects {
  readonly group = new Group();
  readonly balls = new Group();
  readonly model = new Group();
  readonly ground: Mesh;
  /** Spheres that keep skylight from the ground: position on the ground, radius, height of the center. */
  private readonly blockers = [0, 1, 2, 3].map(() => new Vector4());
  private readonly shiny = new Set<MeshStandardMaterial>();
  private readonly mirror: MeshStandardMaterial;
  private environment: Texture | null = null;
  private strength = 1;

  constructor() {
    this.mirror = this.probed(new MeshStandardMaterial({ color: "#ffffff", metalness: 1, roughness: 0.02 }));
    const matte = new MeshLambertMaterial({ color: new Color(0.8, 0.8, 0.8) });
    // The face towards the sun casts the shadow: the other one touches the ground, and would let light through there.
    matte.shadowSide = FrontSide;
    const glaze = this.probed(new MeshStandardMaterial({ color: "#a8321c", roughness: 0.22 }));
    this.ball(matte, "matte ball", -1.45, 0.35, RADIUS, 0);
    this.ball(this.mirror, "mirror ball", 1.45, 0.35, RADIUS, 1);
    this.ball(glaze, "glazed ball", 0.52, 1.32, 0.26, 2);
    this.ground = this.makeGround();
    this.group.add(this.ground, this.balls, this.model);
  }

  /** Puts another model on the ground, scaled to a common height. */
  setModel(root: Object3D): void {
    this.model.clear();
    const box = new Box3().setFromObject(root);
    const size = box.getSize(new Vector3());
    const center = box.getCenter(new Vector3());
    const scale = Math.min(MODEL_HEIGHT / size.y, 1.7 / Math.max(size.x, size.z));
    root.scale.multiplyScalar(scale);
    root.position.multiplyScalar(scale).sub(new Vector3(center.x, box.min.y, center.z).multiplyScalar(scale));
    root.position.z -= 0.25;
    root.traverse((each) => {
      if (!(each instanceof Mesh)) return;
      each.castShadow = each.receiveShadow = true;
      for (const material of [each.material].flat()) {
        if (material instanceof MeshStandardMaterial) this.probed(material);
      }
    });
    this.model.add(root);
    const radius = (Math.max(size.x, size.z) / 2) * scale;
    this.blockers[3].set(0, -0.25, radius * 0.8, radius * 0.8);
    this.reflect(this.environment, this.strength);
  }

  /** Sets the environment that smooth surfaces reflect; without one the mirror ball becomes matte. */
  reflect(environment: Texture | null, strength: number): void {
    this.strength = strength;
    if ((environment === null) !== (this.environment === null)) {
      this.mirror.metalness = environment ? 1 : 0;
      this.mirror.roughness = environment ? 0.02 : 1;
      this.mirror.color.setScalar(environment ? 0.95 : 0.35);
      for (const material of this.shiny) material.needsUpdate = true;
    }
    this.environment = environment;
    for (const material of this.shiny) {
      material.envMap = environment;
      material.envMapIntensity = strength;
    }
  }

  /** Shows or hides the objects; hidden ones do not darken the ground. */
  show(balls: boolean, model: boolean, plane: boolean): void {
    this.balls.visible = balls;
    this.model.visible = model;
    this.ground.visible = plane;
    for (const [i, ball] of this.balls.children.entries()) this.blockers[i].setZ(balls ? ball.scale.x : 0);
    if (!model) this.blockers[3].setZ(0);
    else if (this.model.children.length > 0) this.blockers[3].setZ(this.blockers[3].w);
  }

  /** Fits the camera of the shadow to the objects. */
  static frameShadow(sun: DirectionalLight): void {
    const camera = sun.shadow.camera;
    camera.left = camera.bottom = -GROUND_RADIUS - 0.1;
    camera.right = camera.top = GROUND_RADIUS + 0.1;
    camera.near = 1;
    camera.far = 19;
    camera.updateProjectionMatrix();
    sun.shadow.normalBias = 0.025;
    sun.shadow.bias = -0.0004;
    sun.shadow.radius = 3.5;
  }

  /**
   * The probe gives the diffuse light and the environment the reflections. three would add the environment's diffuse light
   * to the probe's and count it twice; this removes it.
   */
  private probed(material: MeshStandardMaterial): MeshStandardMaterial {
    if (this.shiny.has(material)) return material;
    this.shiny.add(material);
    if (material.side === FrontSide) material.shadowSide = FrontSide;
    material.onBeforeCompile = (shader) => {
      shader.fragmentShader = shader.fragmentShader.replace(
        "#include <lights_fragment_end>",
        /* glsl */ `
        #if defined( USE_ENVMAP ) && defined( RE_IndirectSpecular )
          iblIrradiance = irradiance;
          irradiance = vec3( 0.0 );
        #endif
        #include <lights_fragment_end>`,
      );
    };
    return material;
  }

  private ball(material: Material, name: string, x: number, z: number, radius: number, blocker: number): void {
    const mesh = new Mesh(new SphereGeometry(1, 64, 48), material);
    mesh.name = name;
    mesh.scale.setScalar(radius);
    mesh.position.set(x, radius, z);
    mesh.castShadow = mesh.receiveShadow = true;
    this.blockers[blocker].set(x, z, radius, radius);
    this.balls.add(mesh);
  }

  private makeGround(): Mesh {
    const profile = [
      [0, -0.12],
      [GROUND_RADIUS - 0.02, -0.12],
      [GROUND_RADIUS, -0.1],
      [GROUND_RADIUS, -0.025],
      [GROUND_RADIUS - 0.008, -0.007],
      [GROUND_RADIUS - 0.025, 0],
    ].map(([x, y]) => new Vector2(x, y));
    const material = new MeshLambertMaterial({ color: new Color(0.5, 0.49, 0.475) });
    const blockers = this.blockers;
    material.onBeforeCompile = (shader) => {
      shader.uniforms.blockers = { value: blockers };
      shader.vertexShader = shader.vertexShader
        .replace("#include <common>", "#include <common>\nvarying vec3 vGround;")
        .replace("#include <begin_vertex>", "#include <begin_vertex>\nvGround = position;");
      // share of a uniform sky, weighted by the cosine, that a sphere on the ground hides: sin²α · cos of its direction
      shader.fragmentShader = shader.fragmentShader
        .replace("#include <common>", "#include <common>\nvarying vec3 vGround;\nuniform vec4 blockers[4];")
        .replace(
          "#include <lights_fragment_end>",
          /* glsl */ `
          for (int i = 0; i < 4; i++) {
            vec3 to = vec3(blockers[i].x, blockers[i].w, blockers[i].y) - vGround;
            float square = dot(to, to);
            float hidden = blockers[i].z * blockers[i].z / square * max(to.y, 0.0) * inversesqrt(square);
            irradiance *= 1.0 - clamp(hidden, 0.0, 1.0) * step(-0.001, vGround.y);
          }
          #include <lights_fragment_end>`,
        );
    };
    const ground = new Mesh(new LatheGeometry(profile, 160), material);
    const top = new Mesh(new CircleGeometry(GROUND_RADIUS - 0.024, 160).rotateX(-Math.PI / 2), material);
    ground.add(top);
    ground.name = "ground";
    ground.receiveShadow = top.receiveShadow = true;
    return ground;
  }
}
