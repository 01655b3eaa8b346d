import { readdir } from "node:fs/promises";
import type { Rule } from "../src/rule/rule.ts";

const kinds = ["index"] as const;

/**
 * Every rule under `rules/<kind>/<name>/`, keyed and sorted by its id `<kind>/<name>`.
 * Found by folder at run time, so that adding a rule touches nothing else.
 */
export async function loadRules(): Promise<ReadonlyMap<string, Rule>> {
  const rules = new Map<string, Rule>();
  for (const kind of kinds) {
    const folder = new URL(`./${kind}/`, import.meta.url);
    const entries = await readdir(folder, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    for (const name of names.sort()) rules.set(`${kind}/${name}`, await loadRule(new URL(`./${name}/`, folder)));
  }
  return rules;
}

async function loadRule(folder: URL): Promise<Rule> {
  // Sources run under vitest as .ts, the build as .js.
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const module = (await import(new URL(`rule.${extension}`, folder).href)) as { readonly default: Rule };
  return module.default;
}
