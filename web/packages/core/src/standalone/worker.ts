/** The script of the worker in lightprobe/standalone: it also holds the code for picture files. */

import { type Scope, serve } from "../estimator/worker/serve.js";
import * as still from "../estimator/worker/still/index.js";

serve(globalThis as unknown as Scope, async () => still);
