import { afterEach, expect, test, vi } from "vitest";
import { download, fromBase64 } from "../../../src/estimator/client/download.js";

afterEach(() => vi.unstubAllGlobals());

const textOf = (bytes: ArrayBuffer): string => new TextDecoder().decode(bytes);

test("fetches all at once, and leaves out what fails", async () => {
  const begun: string[] = [];
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  vi.stubGlobal("fetch", async (url: string) => {
    begun.push(url);
    await gate;
    if (url === "offline") throw new TypeError("Failed to fetch");
    return new Response(`content of ${url}`, { status: url === "missing" ? 404 : 200 });
  });
  const coming = download(["one", "missing", "offline", "two"]);
  expect(begun).toEqual(["one", "missing", "offline", "two"]);
  release();
  const contents = await coming;
  expect(contents.map(({ url, bytes }) => [url, textOf(bytes)])).toEqual([
    ["one", "content of one"],
    ["two", "content of two"],
  ]);
});

test("reads data: addresses itself, since a policy may forbid to fetch them", async () => {
  const fetching = vi.fn();
  vi.stubGlobal("fetch", fetching);
  const urls = [
    "data:application/json;base64,eyJhIjogIsO8In0=",
    "data:application/json,%7B%22a%22%3A%20%22%C3%BC%22%7D",
  ];
  const contents = await download(urls);
  expect(contents.map(({ bytes }) => JSON.parse(textOf(bytes)))).toEqual([{ a: "ü" }, { a: "ü" }]);
  expect(fetching).not.toHaveBeenCalled();
});

test("base64 of all bytes", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  expect(new Uint8Array(fromBase64(Buffer.from(bytes).toString("base64")))).toEqual(bytes);
});
