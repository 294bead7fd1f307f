"use client";

import { useLightProbe } from "lightprobe/react";
import { useRef } from "react";
import { Coefficients } from "./coefficients";
import { Sphere } from "./sphere";

/** A panorama, the sphere that it lights, and the numbers. `model` is the address of a model folder of your own. */
export function Panorama({ src, model }: { src: string; model?: string }) {
  const image = useRef<HTMLImageElement>(null);
  const { light, error, state } = useLightProbe(image, { model });
  return (
    <>
      <div className="pictures">
        {/* biome-ignore lint/performance/noImgElement: next/image would need a server, and this is a static export */}
        <img ref={image} src={src} alt="The surroundings, as a panorama" />
        <Sphere light={light} />
      </div>
      <p role="status">{error ? error.message : state}</p>
      {light && <Coefficients coeffs={light.coeffs} />}
    </>
  );
}
