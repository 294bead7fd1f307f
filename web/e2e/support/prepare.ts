/** Runs before all tests: writes pictures with Python's estimates, and a film for the fake camera. */

import { execFileSync } from "node:child_process";
import { DATA, PYTHON, ROOT } from "./settings";

export default function prepare(): void {
  execFileSync(PYTHON, [`${ROOT}tools/web/make_parity.py`, "--out", DATA], { stdio: "inherit" });
}
