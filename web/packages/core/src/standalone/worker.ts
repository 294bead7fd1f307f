/** The script of the worker in lightprobe/standalone: it also holds the code that few pages need. */

import * as extras from "../estimator/worker/entry/extras.js";
import { loadModule, type Scope, serve } from "../estimator/worker/entry/serve.js";

serve(globalThis as unknown as Scope, async (url) => (url === null ? extras : loadModule(url)));
