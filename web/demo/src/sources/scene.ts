/** A small 3D scene with moving colored lights, seen by a cube camera in its middle. */

import type { RadianceImage } from "lightprobe";
import { createSceneSource } from "lightprobe/three";
import { createStage } from "../scene/stage.js";
import { texts } from "../texts/index.js";
import type { Feed, OpenContext } from "./feed.js";

/** Opens the scene; throws a TypeError without WebGL. */
export async function openScene({ renderer }: OpenContext): Promise<Feed> {
  if (!renderer) throw new TypeError(texts.status.noScene);
  const stage = createStage();
  const pictures = createSceneSource(renderer, stage.scene, { kind: "picture", size: 128 });
  const radiances = createSceneSource(renderer, stage.scene, { kind: "radiance", size: 128 });
  let picture: ImageData | null = null;
  let truth: RadianceImage | null = null;
  let reading = false;
  let playing = true;
  let time = 0;
  let last = Number.NaN;
  let disposed = false;

  const read = async (): Promise<void> => {
    reading = true;
    try {
      const both = await Promise.all([pictures.read(), radiances.read()]);
      if (disposed) return;
      picture = both[0] as ImageData;
      truth = both[1] as RadianceImage;
    } catch (error) {
      if (!disposed) feed.onEnd?.(error instanceof Error ? error.message : String(error));
    } finally {
      reading = false;
    }
  };
  const feed: Feed = {
    title: texts.credits.scene,
    credit: texts.credits.sceneHow,
    live: true,
    aspect: 2,
    stage: stage.scene,
    picture: () => picture,
    truth: () => truth,
    tick: (seconds) => {
      const step = Number.isNaN(last) ? 0 : seconds - last;
      last = seconds;
      if (playing) time += step;
      const moved = stage.move(time);
      if (!reading && (moved || !picture)) void read();
    },
    adopt: (settings) => {
      playing = settings.playing;
    },
    dispose: () => {
      disposed = true;
      pictures.dispose();
      radiances.dispose();
      stage.dispose();
    },
  };
  return feed;
}
