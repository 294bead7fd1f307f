/** The worker's script. */

import { LightprobeError } from "../../errors.js";
import { type Scope, serve } from "./serve.js";
import type * as Still from "./still/index.js";

serve(globalThis as unknown as Scope, loadStill);

/** Loads the code for picture files from a file of its own, under the address that the page has for it. */
async function loadStill(files: string | null): Promise<typeof Still> {
  try {
    return await import(/* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ String(files));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LightprobeError(
      "worker",
      `the code that reads files could not be loaded: ${reason}; serve all files of the build, and be online for the first`,
      { cause: error },
    );
  }
}
