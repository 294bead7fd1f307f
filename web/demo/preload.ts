/** Hints in the page's head: files that its first script asks for are fetched beside it. */

import type { Plugin } from "vite";

/** The program, which `src/index.ts` imports; the browser compiles it meanwhile. */
export const preloadProgram: Plugin = {
  name: "preload-program",
  apply: "build",
  transformIndexHtml: {
    order: "post",
    handler: (_, { bundle }) =>
      Object.values(bundle ?? {})
        .flatMap((each) => (each.type === "chunk" && each.name === "main" ? [each.fileName, ...each.imports] : []))
        .map((fileName) => ({
          tag: "link",
          attrs: { rel: "modulepreload", crossorigin: true, href: `./${fileName}` },
          injectTo: "head",
        })),
  },
};
