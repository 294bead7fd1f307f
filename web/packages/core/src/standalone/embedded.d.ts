/** The files that build.mjs puts into lightprobe/standalone. */

/** The worker's script. */
export declare const WORKER: string;
/** lightprobe.wasm, in base64. */
export declare const WASM: string;
/** manifest.json, without what only people read. */
export declare const MANIFEST: string;
/** The network, in base64. */
export declare const MODEL: string;
