// Builds lightprobe.wasm from the C beside it, and writes what it was built from to lightprobe.txt: `make wasm`.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

const FLAGS = [
  "-target wasm32-freestanding -mcpu=generic+simd128+bulk_memory",
  "-Os -std=c11 -Wall -Wextra -Werror -fno-math-errno -nostdlib",
  "-Wl,--no-entry -Wl,--export=__heap_base -Wl,--strip-all -Wl,-z,stack-size=65536",
].flatMap((line) => line.split(" "));

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest("hex");

/** Names of the files that are compiled, or included. */
const sources = () =>
  readdirSync(here)
    .filter((name) => /\.[ch]$/.test(name))
    .sort();

/** What lightprobe.txt says of a binary: hashes of sources and flags, the compiler, and the hash of the binary. */
export function descriptionOf(binary) {
  const parts = sources().flatMap((name) => [name, "\0", readFileSync(join(here, name)), "\0"]);
  const compiler = /^\S+==\S+/m.exec(readFileSync(join(here, "compiler.txt"), "utf8"))?.[0];
  return `sources ${sha256(...parts)}\nflags ${sha256(FLAGS.join(" "))}\ncompiler ${compiler}\nbinary ${sha256(binary)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const cache = join(here, ".venv", "zig");
  const env = { ...process.env, ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache };
  const files = sources().filter((name) => name.endsWith(".c"));
  const command = ["-m", "ziglang", "cc", ...FLAGS, "-o", "lightprobe.wasm", ...files];
  execFileSync(join(here, ".venv", "bin", "python"), command, { cwd: here, env, stdio: "inherit" });
  chmodSync(join(here, "lightprobe.wasm"), 0o644);
  writeFileSync(join(here, "lightprobe.txt"), descriptionOf(readFileSync(join(here, "lightprobe.wasm"))));
}
