import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

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
export function packages() {
  const folders = createRequire(import.meta.url).resolve.paths("pev2") ?? [];
  return bundled.map((name) => {
    const folder = folders.map((base) => join(base, name)).find(hasManifest);
    if (folder === undefined) throw new Error(`${name} is not installed.`);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return { name, version, license, folder };
  });
}

/** The licences' own texts, as they ask. */
export function notices() {
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
