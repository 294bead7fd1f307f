"use client";

import type { Estimate } from "lightprobe";
import { applyToLightProbe } from "lightprobe/three";
import { useEffect, useRef, useState } from "react";
import { LightProbe, Mesh, MeshLambertMaterial, PerspectiveCamera, Scene, SphereGeometry, WebGLRenderer } from "three";

/** What lives as long as the canvas. */
interface Stage {
  probe: LightProbe;
  render(): void;
  dispose(): void;
}

/** A white sphere under the light. */
export function Sphere({ light }: { light: Estimate | null }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [stage, setStage] = useState<Stage | null>(null);

  useEffect(() => {
    if (!canvas.current) return;
    const made = createStage(canvas.current);
    setStage(made);
    return () => made.dispose();
  }, []);

  useEffect(() => {
    if (!stage || !light) return;
    applyToLightProbe(light, stage.probe);
    stage.render();
  }, [stage, light]);

  return <canvas ref={canvas} width={512} height={512} aria-label="A white sphere under this light" />;
}

function createStage(canvas: HTMLCanvasElement): Stage {
  const renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true });
  const scene = new Scene();
  const probe = new LightProbe();
  const ball = new Mesh(new SphereGeometry(1, 96, 48), new MeshLambertMaterial());
  scene.add(probe, ball);
  const camera = new PerspectiveCamera(30, 1, 0.1, 10);
  camera.position.set(-4, 0, 0); // looks along +X, at what the panorama shows in its center
  camera.lookAt(0, 0, 0);
  return {
    probe,
    render: () => renderer.render(scene, camera),
    dispose: () => {
      ball.geometry.dispose();
      ball.material.dispose();
      renderer.dispose();
    },
  };
}
