"use client";

import { EstimatedLight } from "lightprobe/three";
import { useEffect, useRef } from "react";
import { Mesh, MeshStandardMaterial, PerspectiveCamera, Scene, SphereGeometry, WebGLRenderer } from "three";

/** A ball in the light that the webcam sees. */
export default function Webcam() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (!canvas.current) return;
    const renderer = new WebGLRenderer({ canvas: canvas.current });
    const scene = new Scene();
    const camera = new PerspectiveCamera(40, 2, 0.1, 10).translateZ(4);
    scene.add(new Mesh(new SphereGeometry(), new MeshStandardMaterial({ roughness: 0.4 })));
    const light = new EstimatedLight(renderer, "camera");
    scene.add(light);
    renderer.setAnimationLoop(() => renderer.render(scene, camera));
    return () => {
      light.dispose();
      renderer.dispose();
    };
  }, []);
  return <canvas ref={canvas} width={512} height={256} aria-label="A ball in the light that the webcam sees" />;
}
