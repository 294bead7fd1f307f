/** `lightprobe demo` with other options than the tests' own server. */

import { spawn } from "node:child_process";
import { LIGHTPROBE } from "./settings";
import type { StaticServer } from "./static-server";

/** Starts `lightprobe demo` with these options at a free port. */
export async function startDemo(...options: string[]): Promise<StaticServer> {
  const server = spawn(LIGHTPROBE, ["demo", "--no-open", "--port", "0", ...options]);
  const ended = new Promise<void>((resolve) => server.on("exit", () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let output = "";
    server.stdout.on("data", (chunk) => {
      output += chunk;
      const found = /http:\/\/127\.0\.0\.1:\d+\//.exec(output);
      if (found) resolve(found[0]);
    });
    server.stderr.on("data", (chunk) => {
      output += chunk;
    });
    server.on("exit", () => reject(new Error(`the server did not start: ${output}`)));
  });
  const close = (): Promise<void> => {
    server.kill("SIGINT");
    return ended;
  };
  return { url, close };
}
