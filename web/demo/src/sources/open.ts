/** Opens a source by its name. */

import type { SourceName } from "../state.js";
import { texts } from "../texts/index.js";
import { type Bundled, idOf, openBundled } from "./bundled.js";
import type { Feed, OpenContext } from "./feed.js";
import { openImage } from "./image.js";

/** Argument of a source: a file, an address, or the name of a bundled panorama. */
export type SourceArgument = Blob | string | undefined;

/** The opened source, and the name of the bundled panorama, if it is one. */
export interface Opened {
  feed: Feed;
  panorama: string | null;
}

/** The code for the camera of a phone, which is there before the tap: iPhones allow sensors only right after one. */
let phone: Promise<typeof import("../surround/phone.js")> | null = null;

/** Loads it, on phones. */
export function preparePhone(): void {
  if (matchMedia("(pointer: coarse)").matches) phone ??= import("../surround/phone.js");
}

/** Opens a source; rejects with the error of its module. Sources with more code fetch it on first use. */
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
        throw new RangeError(texts.status.noPanorama(String(argument), bundled.map(idOf).join(", ")));
      }
      return { feed: await openBundled(context.media("panoramas/"), entry), panorama: idOf(entry) };
    }
    case "image": {
      if (argument === undefined) throw new TypeError(texts.status.noPicture);
      return {
        feed: await openImage(argument, { title: nameOf(argument), credit: texts.credits.stays }),
        panorama: null,
      };
    }
    case "video": {
      const { openVideo } = await import("./video.js");
      const own = argument !== undefined;
      const title = own ? nameOf(argument) : texts.credits.clip;
      const feed = await openVideo(
        argument ?? context.media("clip.mp4"),
        title,
        own ? texts.credits.stays : "Poly Haven · CC0",
      );
      return { feed, panorama: null };
    }
    case "camera": {
      preparePhone();
      if (phone) return { feed: await (await phone).openPhone(context.state), panorama: null };
      const { openCameraFeed } = await import("./camera.js");
      return { feed: await openCameraFeed(), panorama: null };
    }
    case "scene": {
      const { openScene } = await import("./scene.js");
      return { feed: await openScene(context), panorama: null };
    }
    case "hdr": {
      const { openHdr } = await import("./hdr.js");
      const file = argument ?? context.media("rooitou_park.hdr");
      const own = argument !== undefined;
      const feed = await openHdr(file, nameOf(file), own ? texts.credits.stays : "Poly Haven · CC0");
      return { feed, panorama: null };
    }
    case "polyhaven": {
      const { openPolyHaven } = await import("./polyhaven.js");
      return { feed: await openPolyHaven(Math.random), panorama: null };
    }
    default: // a link can name any source
      throw new RangeError(texts.status.noSource(String(name)));
  }
}

function nameOf(from: Blob | string): string {
  if (typeof from === "string") return from.split("/").pop() ?? from;
  return from instanceof File ? from.name : "picture";
}
