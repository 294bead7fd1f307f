/** The worker's script. */

import { loadModule, type Scope, serve } from "./serve.js";

serve(globalThis as unknown as Scope, loadModule);
