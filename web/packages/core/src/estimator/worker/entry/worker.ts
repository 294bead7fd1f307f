/** The worker's script. */

import { LightprobeError } from "../../../errors.js";
import type * as Extras from "./extras.js";
import { type Scope, serve } from "./serve.js";

serve(globalThis as unknown as Scope, loadExtras);

/** Loads the code that few pages need from a file of its own, under the address that the page has for it. */
async function loadExtras(url: string | null): Promise<typeof Extras> {
  try {
    return await import(/* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ String(url));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LightprobeError(
      "worker",
      `the code for picture files could not be loaded: ${reason}; serve all files of the build, and be online for the first`,
      { cause: error },
    );
  }
}
