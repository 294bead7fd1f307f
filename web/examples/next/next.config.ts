import { fileURLToPath } from "node:url";
import type { NextConfig } from "next";

const config: NextConfig = {
  output: "export",
  // This folder stands alone: lock files of folders above are not its own.
  turbopack: { root: fileURLToPath(new URL(".", import.meta.url)) },
};

export default config;
