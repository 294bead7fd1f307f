/** The status line: what happened and what to do, also for screen readers. */

import { LightprobeError } from "lightprobe";
import { texts } from "../texts/index.js";
import { plainText } from "../texts/plain.js";

/** Most characters of a message. */
const LENGTH = 400;

/** The status line. */
export interface Status {
  /** A message that disappears after a while, or stays if `sticky`; an empty one clears the line. */
  say(message: string, sticky?: boolean): void;
  /** An error, in one line. */
  fail(error: unknown, prefix?: string): void;
}

/** Takes an element with `role="status"`. */
export function createStatus(element: HTMLElement): Status {
  let timer = 0;
  const write = (text: string, kind: "info" | "error", code: string, time: number): void => {
    clearTimeout(timer);
    element.dataset.kind = kind;
    element.dataset.code = code;
    element.textContent = plainText(text, LENGTH);
    if (time > 0) timer = window.setTimeout(() => write("", "info", "", 0), time);
  };
  return {
    say: (message, sticky = false) => write(message, "info", "", sticky ? 0 : 5000),
    fail: (error, prefix = "") => {
      const text = error instanceof LightprobeError ? texts.errors[error.code] : messageOf(error);
      write(prefix ? `${prefix}: ${text}` : text, "error", error instanceof LightprobeError ? error.code : "", 12000);
      console.warn(error);
    },
  };
}

function messageOf(error: unknown): string {
  if (error instanceof DOMException && error.name === "InvalidStateError") return texts.status.damaged;
  return error instanceof Error ? error.message : String(error);
}
