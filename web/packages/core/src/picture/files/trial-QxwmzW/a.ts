import * as other from "onnxruntime-web";

export const used = other;
