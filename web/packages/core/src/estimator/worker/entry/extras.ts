/** Code that few pages need, which is loaded when it is first used: picture files, and foreign networks. */

export { fromConvention } from "../../../sphere/conventions/conventions.js";
export { openGraph } from "../model/onnx-network.js";
export { PictureInput } from "../picture-input.js";
export { lookAtImage } from "../still/looks.js";
export { openFile } from "../still/open.js";
