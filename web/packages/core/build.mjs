// Builds dist/: plain tsc, and beside it the kernels, the model and the tone curves' tables that Python ships.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..", "..");
const python = join(root, "src", "lightprobe");

rmSync(join(here, "dist"), { recursive: true, force: true });
execFileSync("npx", ["tsc", "-p", join(here, "tsconfig.json")], { stdio: "inherit", cwd: here });
for (const [from, to] of [
  [join(python, "pretrained", "model.bin"), "model/model.bin"],
  [join(python, "pretrained", "model.onnx"), "model/model.onnx"],
  [join(python, "pretrained", "manifest.json"), "model/manifest.json"],
  [join(here, "native", "lightprobe.wasm"), "native/lightprobe.wasm"],
  [join(python, "imaging", "tone", "tables", "agx.npz"), "tables/agx.npz"],
  [join(python, "imaging", "tone", "tables", "filmic.npz"), "tables/filmic.npz"],
  [join(python, "imaging", "tone", "tables", "LICENSE-OpenColorIO.txt"), "tables/LICENSE-OpenColorIO.txt"],
]) {
  mkdirSync(dirname(join(here, "dist", to)), { recursive: true });
  cpSync(from, join(here, "dist", to));
}
cpSync(join(root, "LICENSE"), join(here, "LICENSE"));
