/** The 27 numbers of the light, to copy and to save. */

import {
  CONVENTIONS,
  type ConventionName,
  type Estimate,
  findConvention,
  frameAxes,
  shText,
  toConvention,
  toFrame,
  toHDR,
} from "lightprobe";
import { byId } from "../../elements.js";
import type { LightName, Store } from "../../state.js";
import { texts } from "../../texts/index.js";
import type { Status } from "../status.js";

/** What a light is called in saved files. */
const KINDS: Record<LightName, string> = { plain: "picture", estimate: "estimate", truth: "exact" };

/** The numbers; `show` writes those of a light. */
export interface Numbers {
  show(light: Estimate, name: LightName): void;
}

/** Finds its elements in the document. */
export function createNumbers(store: Store, status: Status): Numbers {
  const picker = byId<HTMLSelectElement>("convention");
  for (const { name } of CONVENTIONS) picker.add(new Option(name));
  picker.value = store.state.convention;
  picker.addEventListener("change", () => store.set("convention", picker.value));
  let light: Estimate | null = null;
  let kind = KINDS.estimate;
  const numbers = (): number[] =>
    light ? Array.from(toConvention(light.coeffs, store.state.convention as ConventionName)) : [];
  const write = (): void => {
    const cells = numbers().map((each) => each.toFixed(5).padStart(9));
    const rows = Array.from({ length: cells.length / 3 }, (_, i) => cells.slice(3 * i, 3 * i + 3).join(" "));
    byId<HTMLTextAreaElement>("coeffs").value = rows.join("\n");
  };
  store.on(["convention"], () => {
    picker.value = store.state.convention;
    write();
  });
  byId("copy").addEventListener("click", () => {
    navigator.clipboard.writeText(`[${numbers().join(", ")}]`).then(
      () => status.say(texts.status.copied(store.state.convention)),
      () => status.fail(new TypeError(texts.status.notCopied)),
    );
  });
  byId("save-json").addEventListener("click", () => {
    if (light) save("light.json", "application/json", toJson(light, kind, store.state.convention, numbers()));
  });
  byId("save-text").addEventListener("click", () => {
    if (light) save("sh.txt", "text/plain", shText(light.coeffs));
  });
  byId("save-panorama").addEventListener("click", () => {
    if (light) save("panorama.hdr", "image/vnd.radiance", toHDR(light));
  });
  return {
    show(next, name) {
      light = next;
      kind = KINDS[name];
      write();
    },
  };
}

function toJson(light: Estimate, kind: string, convention: string, numbers: number[]): string {
  const { color, intensity, share } = light.light;
  const { frame } = findConvention(convention);
  const content = {
    kind,
    frame,
    panorama: frameAxes(frame),
    convention,
    coeffs: numbers,
    light: { direction: toFrame(light.light.direction, frame), color, intensity, share },
    clipped: light.clipped,
    seen: light.seen,
    response: light.response,
    notes: light.notes,
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

function save(name: string, type: string, content: string | Blob): void {
  const url = URL.createObjectURL(typeof content === "string" ? new Blob([content], { type }) : content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
