import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

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
  // In strings and expressions `\\!` is `!`; esbuild never writes `<!--` as operators.
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

/** Rules of minified CSS all of whose classes occur in `script`; at-rules with blocks are gone through in the same way. */
export function usedRules(css, script) {
  const words = new Set(script.match(/[\w-]+/g));
  const isUsed = (selector) => (selector.match(/\.-?[a-zA-Z_][\w-]*/g) ?? []).every((name) => words.has(name.slice(1)));
  let kept = "";
  for (const { head, body } of topLevelRules(css.replaceAll(/\/\*[\s\S]*?\*\//g, ""))) {
    if (body === null) kept += head === "" || head.startsWith("@charset") ? "" : `${head};`;
    else if (/^@(?:media|supports|layer)/.test(head)) {
      const inner = usedRules(body, script);
      if (inner !== "") kept += `${head}{${inner}}`;
    } else if (head.startsWith("@")) kept += `${head}{${body}}`;
    else {
      const selectors = head.split(/,(?![^(]*\))/).filter(isUsed);
      if (selectors.length > 0) kept += `${selectors.join(",")}{${body}}`;
    }
  }
  return kept;
}

/** `head{body}` and `head;` of a style sheet, in order; braces within quotes do not count. */
function* topLevelRules(css) {
  let start = 0;
  let open = -1;
  let depth = 0;
  for (const { 0: token, index } of css.matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|url\([^"')]*\)|[{};]/g)) {
    if (token === "{") {
      if (depth === 0) open = index;
      depth += 1;
    } else if (token === "}") {
      depth -= 1;
      if (depth === 0) {
        yield { head: css.slice(start, open).trim(), body: css.slice(open + 1, index) };
        start = index + 1;
      }
    } else if (token === ";" && depth === 0) {
      yield { head: css.slice(start, index).trim(), body: null };
      start = index + 1;
    }
  }
}

/** Packages whose code is in the viewer: pev2 comes with its own dependencies bundled. */
const bundled = [
  "vue",
  "pev2",
  "bootstrap",
  "@fortawesome/fontawesome-svg-core",
  "@fortawesome/free-solid-svg-icons",
  "@fortawesome/vue-fontawesome",
  "@vueuse/core",
  "d3",
  "d3-flextree",
  "highlight.js",
  "humanize-duration",
  "lodash",
  "motion",
  "splitpanes",
  "vue-clipboard3",
  "vue-tippy",
];

/** Name, version, licence and folder of each. Throws when one is not there, because its licence must be named. */
function packages() {
  const folders = createRequire(import.meta.url).resolve.paths("pev2") ?? [];
  return bundled.map((name) => {
    const folder = folders.map((base) => join(base, name)).find(hasManifest);
    if (folder === undefined) throw new Error(`${name} is not installed.`);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return { name, version, license, folder };
  });
}

/** The licences' own texts, as they ask. */
function notices() {
  return packages()
    .map(({ name, version, license, folder }) => {
      const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
      return `${name} ${version}: ${license}\n\n${file === undefined ? "" : readFileSync(join(folder, file), "utf8").trim()}\n`;
    })
    .join(`\n${"=".repeat(80)}\n\n`);
}

function hasManifest(folder) {
  try {
    return readFileSync(join(folder, "package.json")).length > 0;
  } catch {
    return false; // not in this node_modules: the next one up is asked
  }
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
