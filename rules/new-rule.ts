import { access, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** All a rule imports, seen from its folder. */
const kit = "../../../src/rule/index.ts";

/** Files of a new rule by their path in its folder: complete enough that the harness says what is still to be written. */
function files(id: string): Readonly<Record<string, string>> {
  return {
    "rule.ts": `import { index, indexableRelation, indexRule, key, minRowsOption, servedBy } from "${kit}";

export default indexRule({
  detects: "",
  effect: "",
  remedy: "",
  sources: [{ url: "https://www.postgresql.org/docs/current/", says: "" }],
  options: { minRows: minRowsOption },

  *propose(scan, { catalog, options }) {
    const relation = indexableRelation(catalog, scan, options.minRows);
    if (!relation) return;
    for (const predicate of scan.predicates) {
      if (predicate.operator !== "=") continue;
      const wanted = index(scan.relation, "btree", [key(predicate.on)]);
      if (!servedBy(catalog, wanted)) yield { kind: "create", index: wanted, because: "" };
    }
  },
});
`,
    "README.md": `# ${id}\n\n## Problem\n\n## Why it costs\n\n## What to do\n\n## When to leave it alone\n\n## Sources\n`,
    "cases/fires-when.sql": `-- example rows=1000000 name.distinct=5000
create table example (id bigint primary key, name text not null);
-- statement
select * from example where name = $1;
-- expect
create index on public.example (name)
`,
    "cases/quiet-when.sql": `-- example rows=10
create table example (id bigint primary key, name text not null);
-- statement
select * from example where name = $1;
`,
  };
}

/**
 * Makes `<rules>/<kind>/<name>/` for a new rule and gives the paths written. The rule is found by its folder; nothing else
 * is to be changed. Throws when the name is not `<kind>/<noun-phrase>` or the folder exists.
 */
export async function newRule(rules: string, id: string): Promise<string[]> {
  if (!/^index\/[a-z]+(-[a-z]+)*$/.test(id))
    throw new Error(`"${id}" is no rule name. Write it as index/btree-for-filter: a kind and a noun phrase.`);
  const folder = join(rules, id);
  const exists = await access(folder).then(
    () => true,
    () => false,
  );
  if (exists) throw new Error(`${folder} exists already.`);
  const written: string[] = [];
  for (const [name, text] of Object.entries(files(id))) {
    const path = join(folder, name);
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
