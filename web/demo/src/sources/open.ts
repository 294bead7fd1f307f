/** Opens a source by its name. */

import type { SourceName } from "../state.js";
import { type Bundled, idOf, openBundled } from "./bundled.js";
import type { Feed, OpenContext } from "./feed.js";
import { openImage } from "./image.js";

/** What a source can be given: a file, an address, or the name of a bundled panorama. */
export type SourceArgument = Blob | string | undefined;

/** The opened source, and which bundled panorama it is, if any. */
export interface Opened {
  feed: Feed;
  panorama: string | null;
}

/** Opens it; rejects with what its module throws. Sources that need more code fetch it only now. */
export async function openSource(
  name: SourceName,
  argument: SourceArgument,
  bundled: readonly Bundled[],
  context: OpenContext,
): Promise<Opened> {
  switch (name) {
    case "panorama": {
      const entry = bundled.find((each) => idOf(each) === argument);
      if (!entry) {
        throw new RangeError(`expected one of ${bundled.map(idOf).join(", ")}, got '${String(argument)}'; choose one`);
      }
      return { feed: await openBundled(context.media("panoramas/"), entry), panorama: idOf(entry) };
    }
    case "image": {
      if (argument === undefined) throw new TypeError("expected a picture, got none; choose a file");
      return {
        feed: await openImage(argument, { title: nameOf(argument), credit: "stays on this device" }),
        panorama: null,
      };
    }
    case "video": {
      const { openVideo } = await import("./video.js");
      const own = argument !== undefined;
      const title = own ? nameOf(argument) : "Bundled clip";
      const feed = await openVideo(
        argument ?? context.media("clip.mp4"),
        title,
        own ? "stays on this device" : "Poly Haven · CC0",
      );
      return { feed, panorama: null };
    }
    case "camera": {
      const { openCameraFeed } = await import("./camera.js");
      return { feed: await openCameraFeed(), panorama: null };
    }
    case "scene": {
      const { openLive } = await import("./live.js");
      return { feed: await openLive(context), panorama: null };
    }
    case "hdr": {
      const { openHdr } = await import("./hdr.js");
      const file = argument ?? context.media("truth/rooitou_park.hdr");
      const own = argument !== undefined;
      const feed = await openHdr(file, nameOf(file), own ? "stays on this device" : "Poly Haven · CC0");
      return { feed, panorama: null };
    }
    case "polyhaven": {
      const { openPolyHaven } = await import("./polyhaven.js");
      return { feed: await openPolyHaven(Math.random), panorama: null };
    }
  }
}

function nameOf(from: Blob | string): string {
  if (typeof from === "string") return from.split("/").pop() ?? from;
  return from instanceof File ? from.name : "picture";
}
