/** Paths, ports and the browser of the tests. */

import { fileURLToPath } from "node:url";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export const ROOT = at("../../../");
/** Written by prepare.ts for each run. */
export const DATA = at("../.data/");
export const PYTHON = process.env.LIGHTPROBE_PYTHON ?? `${ROOT}.venv/bin/python`;
export const LIGHTPROBE = process.env.LIGHTPROBE ?? `${ROOT}.venv/bin/lightprobe`;
/** The first of three ports; set another where two checkouts are tested at once. */
const PORT = Number(process.env.LIGHTPROBE_PORT ?? 5196);
/** The library's pages, cross-origin isolated. */
export const ISOLATED_PORT = PORT;
/** The same, as most pages are. */
export const LIBRARY_PORT = PORT + 1;
export const PAGE_PORT = PORT + 2;

/** A camera that plays a panorama; see prepare.ts. */
export const CAMERA_FILE = `${DATA}camera.mjpeg`;

const QUIET = [
  "--headless=new",
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--enable-blink-features=ForceEagerMeasureMemory",
];

/** Debian's Chromium, which draws in software. */
export const BROWSER = { executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: QUIET };

/** The same with a camera. */
export const BROWSER_WITH_CAMERA = {
  ...BROWSER,
  args: [
    ...QUIET,
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    `--use-file-for-fake-video-capture=${CAMERA_FILE}`,
  ],
};
