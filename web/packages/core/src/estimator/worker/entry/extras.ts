/** Code that frames and the shipped network do not need, loaded when it is first used. */

export { tabulatedDecoder } from "../../../picture/curves/tables.js";
export { PartialPictures } from "../../../picture/partial/partial.js";
export { fromConvention } from "../../../sphere/conventions/conventions.js";
export { openGraph } from "../model/onnx-network.js";
export { PictureInput } from "../picture-input.js";
export { PixelReader } from "../pixels.js";
export { PlainPath } from "../plain-path.js";
export { cutRadiance } from "../radiance.js";
export { complete } from "../still/completion.js";
export { lookAtImage } from "../still/looks.js";
export { openFile } from "../still/open.js";
