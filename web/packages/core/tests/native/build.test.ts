/** The committed lightprobe.wasm was built from the sources beside it. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { descriptionOf } from "../../native/build.mjs";

const read = (name: string): Buffer => readFileSync(new URL(`../../native/${name}`, import.meta.url));

test("lightprobe.txt names these sources, flags, compiler and binary; otherwise run make wasm", () => {
  expect(descriptionOf(read("lightprobe.wasm"))).toBe(read("lightprobe.txt").toString());
});

test("the binary imports nothing", () => {
  expect(WebAssembly.Module.imports(new WebAssembly.Module(new Uint8Array(read("lightprobe.wasm"))))).toEqual([]);
});
