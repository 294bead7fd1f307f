/** Code that few pages need, which is loaded when it is first used: picture files, and networks that onnxruntime runs. */

export { openGraph } from "./model/onnx-network.js";
export { lookAtImage } from "./still/looks.js";
export { openFile } from "./still/open.js";
