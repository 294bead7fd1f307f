// The archive that npm would publish, unpacked where an app would have it.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const core = fileURLToPath(new URL("../../packages/core", import.meta.url));

/**
 * Empties a folder, and installs the library in it. It lies inside the workspace, so that bundlers, three and React are the
 * workspace's. Returns the folder of the library, and the names of the archive's files.
 */
export function install(target) {
  const installed = join(target, "node_modules", "lightprobe");
  rmSync(target, { recursive: true, force: true });
  mkdirSync(installed, { recursive: true });
  writeFileSync(join(target, "package.json"), '{ "name": "pack", "private": true, "type": "module" }\n');
  const report = execFileSync("npm", ["pack", "--json", "--pack-destination", target], { cwd: core, encoding: "utf8" });
  const [{ filename, files }] = JSON.parse(report);
  execFileSync("tar", ["-xzf", join(target, filename), "-C", installed, "--strip-components", "1"]);
  return { installed, files: files.map(({ path }) => path) };
}
