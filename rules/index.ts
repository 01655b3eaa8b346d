import { readdir } from "node:fs/promises";
import type { MigrationRule } from "../src/rule/migration.ts";
import type { RewriteRule } from "../src/rule/rewrite.ts";
import type { Rule } from "../src/rule/rule.ts";
import type { TuningRule } from "../src/rule/tuning-rule.ts";

const kinds = ["index"] as const;

/**
 * Every rule under `rules/<kind>/<name>/`, keyed and sorted by its id `<kind>/<name>`.
 * Found by folder at run time, so that adding a rule touches nothing else.
 */
export async function loadRules(): Promise<ReadonlyMap<string, Rule>> {
  const rules = new Map<string, Rule>();
  for (const kind of kinds) for (const [id, rule] of await loadFolder<Rule>(kind)) rules.set(id, rule);
  return rules;
}

/** The same for the rules that judge migrations: `migration/<name>`. */
export async function loadMigrationRules(): Promise<ReadonlyMap<string, MigrationRule>> {
  return new Map(await loadFolder<MigrationRule>("migration"));
}

/** The same for the rules that rewrite statements: `rewrite/<name>`. */
export async function loadRewriteRules(): Promise<ReadonlyMap<string, RewriteRule>> {
  return new Map(await loadFolder<RewriteRule>("rewrite"));
}

/** The same for the rules that tune a running server: `tuning/<name>`. */
export async function loadTuningRules(): Promise<ReadonlyMap<string, TuningRule>> {
  return new Map(await loadFolder<TuningRule>("tuning"));
}

async function loadFolder<R>(kind: string): Promise<[string, R][]> {
  const folder = new URL(`./${kind}/`, import.meta.url);
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name): Promise<[string, R]> => [`${kind}/${name}`, await loadRule<R>(new URL(`./${name}/`, folder))]),
  );
}

/** The kind's folder says which contract its rules keep. */
async function loadRule<R>(folder: URL): Promise<R> {
  // Sources run under vitest as .ts, the build as .js.
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const module = (await import(new URL(`rule.${extension}`, folder).href)) as { readonly default: R };
  return module.default;
}
