import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { notices, packages } from "./notices.mjs";
import { usedRules } from "./used-rules.mjs";

/**
 * Builds what the HTML report carries: its own script and style, and the plan viewer's (Vue, pev2, the part of Bootstrap that
 * pev2 uses). Texts are as they will stand in the page. Throws when one of them could end the element that it stands in.
 */
export async function buildClient() {
  const folder = import.meta.dirname;
  const [report, viewer] = await Promise.all([bundle(join(folder, "report.ts")), bundle(join(folder, "viewer.ts"))]);
  const [reportStyle, viewerStyle] = await Promise.all([
    minifiedStyle(readFileSync(join(folder, "report.css"), "utf8")),
    minifiedStyle(viewerCss(viewer, readFileSync(join(folder, "viewer.css"), "utf8"))),
  ]);
  const credit = `/*! With ${packages()
    .map(({ name, version, license }) => `${name} ${version} (${license})`)
    .join(", ")}; texts of the licences: NOTICES.txt in the package plansmith */`;
  const assets = { reportScript: report, reportStyle, viewerScript: `${credit}\n${viewer}`, viewerStyle };
  for (const [name, text] of Object.entries(assets)) {
    const forbidden = (name.endsWith("Style") ? endsStyle : endsScript).exec(text);
    if (forbidden) throw new Error(`${name} holds ${JSON.stringify(forbidden[0])}, which a page may not carry.`);
  }
  return assets;
}

/** Without a comment opening, `<script` in a script is text. https://html.spec.whatwg.org/#script-data-double-escaped-state */
const endsScript = /<\/script|<!--|\r|\0/i;
const endsStyle = /<\/style|@import|url\((?!"data:|'data:|data:|#)|\r|\0/i;

/** One self-contained classic script without characters beyond ASCII, so that no encoding can change its hash. */
async function bundle(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2022",
    charset: "ascii",
    legalComments: "none",
    define: {
      "process.env.NODE_ENV": '"production"',
      __VUE_OPTIONS_API__: "false",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
    },
    // Vue's full build has the template compiler; pev2 is compiled already.
    alias: { vue: "vue/dist/vue.runtime.esm-bundler.js" },
    logLevel: "warning",
  });
  // In strings and expressions `\!` is `!`; esbuild never writes `<!--` as operators.
  return withoutControls(outputFiles[0].text.trimEnd()).replaceAll("<!--", "<\\!--");
}

/** Tabs and other control characters of string and template literals, written as escapes; line ends stay. */
function withoutControls(script) {
  return script.replaceAll(/(?!\n)\p{Cc}/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

async function minifiedStyle(contents) {
  const { outputFiles } = await build({
    stdin: { contents, loader: "css" },
    minify: true,
    write: false,
    charset: "ascii",
    legalComments: "none",
    logLevel: "warning",
  });
  return outputFiles[0].text.trimEnd();
}

/** Bootstrap without the rules for classes that the viewer's script never names, then pev2's own styles, then ours. */
function viewerCss(script, own) {
  const require = createRequire(import.meta.url);
  const read = (path) => readFileSync(require.resolve(path), "utf8");
  return [
    usedRules(read("bootstrap/dist/css/bootstrap.min.css"), script),
    read("pev2/dist/pev2.css"),
    read("@fortawesome/fontawesome-svg-core/styles.css"),
    own,
  ].join("\n");
}

/** Run as a program: writes four files and the licences into the folder given, or into `dist`. */
if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const target = process.argv[2] ?? join(import.meta.dirname, "../../../../dist/src/render/html/browser");
  const { reportScript, reportStyle, viewerScript, viewerStyle } = await buildClient();
  mkdirSync(target, { recursive: true });
  for (const [name, text] of Object.entries({
    "report.js": reportScript,
    "report.css": reportStyle,
    "viewer.js": viewerScript,
    "viewer.css": viewerStyle,
    "NOTICES.txt": notices(),
  }))
    writeFileSync(join(target, name), text);
}
