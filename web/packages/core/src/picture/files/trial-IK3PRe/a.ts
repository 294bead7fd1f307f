import * as other from "onnxruntime-web/wasm";

export const used = other;
