import { access, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ruleTemplates } from "./rule-templates.ts";

const readme = "## Problem\n\n## Why it costs\n\n## What to do\n\n## When to leave it alone\n\n## Sources\n";

/**
 * Makes `<rules>/<kind>/<name>/` for a new rule and gives the paths written. The rule is found by its folder; nothing else
 * is to be changed. Throws when the name is not `<kind>/<noun-phrase>` or the folder exists.
 */
export async function newRule(rules: string, id: string): Promise<string[]> {
  const [kind, name] = /^([a-z]+)\/([a-z0-9]+(?:-[a-z0-9]+)*)$/.exec(id)?.slice(1) ?? [];
  const template = kind === undefined ? undefined : ruleTemplates[kind];
  if (!template || name === undefined)
    throw new Error(
      `"${id}" is no rule name. Write it as index/btree-for-filter: a kind (${Object.keys(ruleTemplates).join(", ")}) and a noun phrase.`,
    );
  const folder = join(rules, id);
  const exists = await access(folder).then(
    () => true,
    () => false,
  );
  if (exists) throw new Error(`${folder} exists already.`);
  const written: string[] = [];
  for (const [file, text] of Object.entries({ ...template, "README.md": `# ${id}\n\n${readme}` })) {
    const path = join(folder, file);
    await mkdir(join(path, ".."), { recursive: true });
    await writeFile(path, text);
    written.push(path);
  }
  return written;
}

// Run from the repository: node dist/rules/new-rule.js index/partial-for-status
if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  for (const path of await newRule("rules", process.argv[2] ?? "")) process.stdout.write(`${path}\n`);
}
