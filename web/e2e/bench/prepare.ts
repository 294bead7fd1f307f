/** Before the benchmark: pictures, and a model of the predecessor's size beside the pages. */

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import prepareTests from "../support/prepare";
import { PYTHON, ROOT } from "../support/settings";

export default function prepare(): void {
  prepareTests();
  const out = fileURLToPath(new URL("../dist/mobilenet", import.meta.url));
  execFileSync(PYTHON, [`${ROOT}tools/web/make_mobilenet.py`, "--out", out], { stdio: "inherit" });
}
