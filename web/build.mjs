// Bundles every entry of every area into OUT: hashed names, manifest.json, and each file compressed beforehand.
// Run by scripts/build_web.py as `node build.mjs OUT`; see docs/decisions/web-build.md.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const out = process.argv[2];
const areas = readdirSync(".", { withFileTypes: true })
  .filter((one) => one.isDirectory() && one.name !== "node_modules")
  .map((one) => one.name)
  .sort();
const filesIn = (folder) =>
  areas
    .map((area) => join(area, folder))
    .filter((path) => existsSync(path))
    .flatMap((path) => readdirSync(path).map((name) => join(path, name)));
const COMPRESSED = new Set([".js", ".css", ".svg", ".wasm", ".json", ".webmanifest"]);

/** Custom properties of light-dark() for browsers that do not know it: the light values, then the dark ones. */
function lowered(css) {
  const root = css.slice(css.indexOf("{") + 1, css.lastIndexOf("}"));
  const lines = root.split(";\n").map((line) => line.trim());
  const chosen = (at) => (line) => line.replace(/light-dark\(([^,()]*), ([^,()]*)\)/g, (_, ...both) => both[at]);
  const both = lines.filter((line) => line.includes("light-dark("));
  const dark = both.map(chosen(1)).join(";");
  return [
    `:root{${lines.map(chosen(0)).join(";")}}`,
    `@media (prefers-color-scheme:dark){:root:not([data-theme="light"]){${dark}}}`,
    `:root[data-theme="dark"]{color-scheme:dark;${dark}}`,
    ':root[data-theme="light"]{color-scheme:light}',
  ].join("\n");
}

const tokens = {
  name: "tokens",
  setup(build) {
    build.onLoad({ filter: /shared.tokens\.css$/ }, ({ path }) => ({
      contents: lowered(readFileSync(path, "utf8").replace(/\/\*.*?\*\//s, "")),
      loader: "css",
    }));
  },
};

const common = {
  plugins: [tokens],
  bundle: true,
  minify: true,
  metafile: true,
  outdir: out,
  publicPath: "/assets",
  entryNames: "[name].[hash]",
  chunkNames: "chunk-[name].[hash]",
  assetNames: "[name].[hash]",
  loader: { ".wasm": "file", ".svg": "file", ".png": "file", ".woff2": "file" },
  target: ["chrome100", "firefox103", "safari15.4"],
  legalComments: "none",
  logLevel: "warning",
};

const manifest = {};
/** Name of an entry -> what it loads, directly or not: chunks, and files that it names. */
const below = {};

function note(result) {
  for (const [path, file] of Object.entries(result.metafile.outputs)) {
    if (!file.entryPoint) continue;
    const name = basename(file.entryPoint).replace(/\.ts$/, ".js");
    if (manifest[name]) throw new Error(`two entries are named ${name}`);
    manifest[name] = basename(path);
    const found = loadedBy(result.metafile.outputs, path, new Set());
    if (found.size) below[name] = [...found].map((one) => basename(one)).sort();
  }
}

function loadedBy(outputs, path, found) {
  for (const { path: next } of outputs[path]?.imports ?? []) {
    if (next in outputs && !found.has(next)) loadedBy(outputs, next, found.add(next));
  }
  return found;
}

// Pages: ES modules that share chunks within their area, since a chunk shared with another area would be one more round trip
// for a page that has a single script. Workers: one classic script each, so that every browser starts them.
for (const area of areas) {
  const entryPoints = filesIn("entries").filter((path) => path.startsWith(join(area, "entries")));
  if (entryPoints.length) note(await esbuild.build({ ...common, entryPoints, format: "esm", splitting: true }));
}
const workers = filesIn("workers");
if (workers.length) note(await esbuild.build({ ...common, entryPoints: workers, format: "iife" }));

for (const path of filesIn("static")) {
  const content = readFileSync(path);
  const ending = extname(path);
  const hash = createHash("sha256")
    .update(content)
    .digest("base64url")
    .slice(0, 8)
    .toUpperCase()
    .replaceAll(/[-_]/g, "0");
  const name = `${basename(path, ending)}.${hash}${ending}`;
  if (manifest[basename(path)]) throw new Error(`two files are named ${basename(path)}`);
  manifest[basename(path)] = name;
  writeFileSync(join(out, name), content);
}

for (const name of readdirSync(out)) {
  const content = readFileSync(join(out, name));
  if (!COMPRESSED.has(extname(name)) || content.length < 512) continue;
  writeFileSync(join(out, `${name}.gz`), gzipSync(content, { level: 9 }));
  const quality = { [constants.BROTLI_PARAM_QUALITY]: content.length > 300_000 ? 9 : 11 };
  writeFileSync(join(out, `${name}.br`), brotliCompressSync(content, { params: quality }));
}
writeFileSync(join(out, "below.json"), `${JSON.stringify(below)}\n`);
writeFileSync(join(out, "manifest.json"), `${JSON.stringify(manifest, Object.keys(manifest).sort(), 1)}\n`);
