/** The live scene: a dim room with glowing spheres that circle its middle, where the objects stand. */

import {
  BackSide,
  Color,
  Mesh,
  MeshBasicMaterial,
  MeshLambertMaterial,
  PointLight,
  Scene,
  SphereGeometry,
  TorusGeometry,
} from "three";

interface Glow {
  mesh: Mesh;
  /** Rounds per second, radius, height, phase [rad]. */
  orbit: readonly [number, number, number, number];
}

/** The scene; `move` sets its time and returns whether anything has moved. */
export interface Stage {
  scene: Scene;
  move(seconds: number): boolean;
  dispose(): void;
}

const GLOWS: readonly (readonly [string, number, number, Glow["orbit"]])[] = [
  ["#ffb36b", 14, 0.9, [0.05, 6.5, 4.2, 0.4]],
  ["#4fa8ff", 7, 0.7, [-0.04, 6, 2, 2.2]],
  ["#ff4f8b", 6, 0.55, [0.07, 5.5, 1.2, 4.1]],
];

/** Builds the live scene. */
export function createStage(): Stage {
  const scene = new Scene();
  const room = new Mesh(
    new SphereGeometry(14, 48, 32),
    new MeshLambertMaterial({ color: "#5b6478", emissive: "#232a3a", side: BackSide }),
  );
  scene.add(room);
  const ring = new Mesh(
    new TorusGeometry(9, 0.16, 16, 96).rotateX(Math.PI / 2),
    new MeshBasicMaterial({ color: new Color("#cfe4ff").multiplyScalar(1.6), toneMapped: true }),
  );
  ring.position.y = 7;
  scene.add(ring);
  const glows: Glow[] = GLOWS.map(([color, strength, size, orbit]) => {
    const mesh = new Mesh(
      new SphereGeometry(size, 32, 16),
      new MeshBasicMaterial({ color: new Color(color).multiplyScalar(strength) }),
    );
    const light = new PointLight(color, strength * 6, 0, 2);
    mesh.add(light);
    scene.add(mesh);
    return { mesh, orbit };
  });
  let present = Number.NaN;
  const move = (seconds: number): boolean => {
    if (seconds === present) return false;
    present = seconds;
    for (const { mesh, orbit } of glows) {
      const [pace, radius, height, phase] = orbit;
      const angle = phase + seconds * pace * 2 * Math.PI;
      mesh.position.set(radius * Math.cos(angle), height + 0.6 * Math.sin(2 * angle), radius * Math.sin(angle));
    }
    return true;
  };
  move(0);
  return {
    scene,
    move,
    dispose: () => {
      scene.traverse((each) => {
        if (!(each instanceof Mesh)) return;
        each.geometry.dispose();
        each.material.dispose();
      });
    },
  };
}
