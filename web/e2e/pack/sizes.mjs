// What a page loads: sizes of the built package, minified, compressed by brotli [bytes].
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { rolldown } from "rolldown";

const weigh = (content) => brotliCompressSync(content).length; // quality 11

/** The modules of a page that uses this. Three and React are the page's own. */
async function scriptOf(installed, source) {
  const build = await rolldown({
    input: "page",
    external: [/^three/, /^react/, /^@react-three/, /^@babylonjs/, /^playcanvas/],
    logLevel: "silent",
    plugins: [
      {
        name: "page",
        resolveId: (id) => (id === "page" ? { id: join(installed, "..", "..", "page.js") } : null),
        load: (id) => (id.endsWith("page.js") && !existsSync(id) ? source : null),
      },
    ],
  });
  const { output } = await build.generate({ format: "es", minify: true, codeSplitting: false });
  await build.close();
  return output[0].code;
}

/** Sizes of everything that a page may load, by name. */
export async function measure(installed) {
  const asset = (name) => weigh(readFileSync(join(installed, "dist", "assets", name)));
  const script = async (source) => weigh(await scriptOf(installed, source));
  const create = 'import { createEstimator } from "lightprobe"; globalThis.made = createEstimator();';
  const start = {
    script: await script(create),
    worker: asset("worker.js"),
    wasm: asset("lightprobe.wasm"),
    model: asset("model/model.bin") + asset("model/manifest.json"),
  };
  const beside = async (door, names) => {
    const taken = names ? `{ ${names.join(", ")} }` : "* as door";
    const used = names ? `[${names.join(", ")}]` : "door";
    return (
      (await script(`${create} import ${taken} from "lightprobe/${door}"; globalThis.door = ${used};`)) - start.script
    );
  };
  return {
    ...start,
    together: Object.values(start).reduce((sum, bytes) => sum + bytes, 0),
    standalone: await script(create.replace('"lightprobe"', '"lightprobe/standalone"')),
    live: await beside("live", ["follow", "openCamera", "copyEstimate"]),
    watch: await beside("live"),
    surround: await beside("surround"),
    xr: await beside("xr"),
    gainMap: await beside("gain-map"),
    three: await beside("three", ["applyToLightProbe", "applyToDirectionalLight", "createSceneSource"]),
    environment: await beside("three", ["createEnvironment"]),
    estimatedLight: await beside("three", ["EstimatedLight"]),
    react: await beside("react", ["useLightProbe"]),
    provider: await beside("react"),
    fiber: await beside("fiber"),
    babylon: await beside("babylon"),
    playcanvas: await beside("playcanvas"),
    extras: asset("extras.js"),
    surroundCode: asset("surround.js"),
    agx: asset("tables/agx.npz"),
    filmic: asset("tables/filmic.npz"),
    arithmetic: await script('import { toConvention } from "lightprobe"; globalThis.to = toConvention;'),
  };
}

/** The library's README.md. */
export const README = fileURLToPath(new URL("../../packages/core/README.md", import.meta.url));

const ROWS = {
  script: "`createEstimator` in the page's script",
  worker: "worker.js",
  wasm: "lightprobe.wasm",
  model: "the model: model.bin, manifest.json",
  together: "**all of these: a page until its first light**",
  standalone: "`lightprobe/standalone` instead, one file, code for picture files included",
  live: "with `follow`, `openCamera` and `copyEstimate` of `lightprobe/live`",
  watch: "with all of `lightprobe/live`",
  surround: "with all of `lightprobe/surround`",
  xr: "with all of `lightprobe/xr`, surrounds included",
  gainMap: "with `lightprobe/gain-map`",
  three: "with probe, sun and scene source of `lightprobe/three`, without three.js",
  environment: "with its `createEnvironment`",
  estimatedLight: "with its `EstimatedLight`, `lightprobe/live` included",
  react: "with `useLightProbe` of `lightprobe/react`, without React",
  provider: "with all of `lightprobe/react`",
  fiber: "with `lightprobe/fiber`, `EstimatedLight` included, without React and three.js",
  babylon: "with `lightprobe/babylon`, without Babylon.js",
  playcanvas: "with `lightprobe/playcanvas`, without PlayCanvas",
  extras: "extras.js: `plain`, picture files, `<img>`, radiance, AgX and Filmic, graphs",
  surroundCode: "surround.js, with the first frame of a surround",
  agx: 'agx.npz, with the first `response: "agx"`',
  filmic: 'filmic.npz, with the first `response: "filmic"`',
  arithmetic: "arithmetic alone, `toConvention` for instance",
};

const ALONE = ["script", "worker", "wasm", "model", "together", "standalone", "arithmetic"];

/** The rows of the README's table. */
export function tableOf(sizes) {
  const numbers = Object.keys(ROWS).map(
    (key) => `${ALONE.includes(key) ? "" : "+ "}${(sizes[key] / 1000).toFixed(1)} kB`,
  );
  const width = Math.max(...Object.values(ROWS).map((text) => text.length));
  const line = (name, number) => `| ${name.padEnd(width)} | ${number.padStart(10)} |`;
  const rows = Object.values(ROWS).map((text, i) => line(text, numbers[i]));
  return [line("loaded", "brotli"), `| ${"-".repeat(width)} | ${"-".repeat(9)}: |`, ...rows].join("\n");
}

/** A document with the table between its marks. */
export const withTable = (text, sizes) => {
  const [before, , after] = text.split(/(?<=<!-- sizes -->\n)|(?=<!-- end of sizes -->)/);
  return `${before}\n${tableOf(sizes)}\n\n${after}`;
};
