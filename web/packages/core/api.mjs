// Writes API.md from dist/*.d.ts: every public name of every entry, with its TSDoc.
//
//     node api.mjs          after npm run build
//     node api.mjs --check  fails if API.md is not what it would write, or if a name has no TSDoc
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const { exports } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const doors = Object.entries(exports).filter(([, { types }]) => types && !types.includes("standalone"));

/** Names that a module gives away, each with the file that declares it. */
function namesOf(file) {
  const found = [];
  for (const [, names, from] of readFileSync(file, "utf8").matchAll(/export (?:type )?\{([^}]*)\} from "([^"]+)"/g)) {
    const module = join(dirname(file), from.replace(/\.js$/, ".d.ts"));
    const inner = from.endsWith("index.js") ? new Map(namesOf(module)) : null;
    for (const each of names.split(",")) {
      const name = each.replace("type ", "").trim();
      if (name) found.push([name, inner?.get(name) ?? module]);
    }
  }
  return found;
}

/** The TSDoc of a name as prose, and its declaration. */
function entryOf(name, file) {
  const text = readFileSync(file, "utf8");
  const pattern = new RegExp(
    `(/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/\\n)?export (?:declare )?(?:abstract )?(?:function|const|class|interface|type) ${name}\\b`,
  );
  const at = pattern.exec(text);
  if (!at) throw new Error(`${file} declares no ${name}`);
  if (!at[1]) throw new Error(`${name} of ${file} has no TSDoc; say what it is`);
  return { prose: proseOf(at[1]), code: declarationsOf(text, name) };
}

/** All declarations of a name: overloads of a function, or one; without private members. */
function declarationsOf(text, name) {
  const starts = text.matchAll(
    new RegExp(`^export (?:declare )?(?:function|const|class|interface|type) ${name}\\b`, "gm"),
  );
  return [...starts]
    .map(({ index }) => text.slice(index, endOf(text, index)))
    .join("\n")
    .replace(/^export (declare )?/gm, "")
    .replace(/^ +#private;\n|^ +private .*\n/gm, "");
}

/** Where a declaration ends: at the semicolon or brace outside of all brackets and comments. */
function endOf(text, from) {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    if (text.startsWith("/*", i)) i = text.indexOf("*/", i) + 1;
    else if ("{(".includes(text[i])) depth++;
    else if (")}".includes(text[i])) {
      depth--;
      if (depth === 0 && text[i] === "}" && !text.slice(from, i).match(/^export type|^export declare const/))
        return i + 1;
    } else if (text[i] === ";" && depth === 0) return i + 1;
  }
  throw new Error("a declaration that does not end");
}

/** A comment without its stars; tags as a list. */
const proseOf = (comment) =>
  comment
    .replace(/^\/\*\*\s?|\s*\*\/\s*$/g, "")
    .replace(/^\s*\* ?/gm, "")
    .replace(/@param (\w+)(?: -)?/g, "* `$1`:")
    .replace(/@returns/g, "* Returns")
    .replace(/@throws/g, "* Throws")
    .replace(/@example\n([\s\S]*)$/, "```ts\n$1\n```")
    .trim();

const parts = [
  "# API",
  "Written by `node api.mjs` from the sources. [README.md](README.md) is the place to begin.",
  "",
];
for (const [path, { types }] of doors) {
  parts.push(`## ${path === "." ? "lightprobe" : `lightprobe${path.slice(1)}`}`, "");
  const names = namesOf(join(here, types)).sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  for (const [name, file] of names) {
    const { prose, code } = entryOf(name, file);
    parts.push(`### ${name}`, "", prose, "", "```ts", code, "```", "");
  }
}
const page = `${parts.join("\n").trimEnd()}\n`;
const target = join(here, "API.md");
if (!process.argv.includes("--check")) writeFileSync(target, page);
else if (readFileSync(target, "utf8") !== page) throw new Error("API.md is not up to date; node api.mjs writes it");
