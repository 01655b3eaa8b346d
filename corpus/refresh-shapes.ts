import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { snapshotOf } from "../models/training/snapshot-of.ts";
import { changeClass } from "../src/access-shape/change-class.ts";
import { shapeText, shapeTextVersion } from "../src/access-shape/shape-text.ts";
import type { ProvenCase } from "../src/domain/proven-case.ts";
import { group } from "../src/group/group.ts";
import { catalogView } from "../src/rule/catalog-view.ts";
import { openShadowPlanner } from "../src/shadow/shadow-planner.ts";
import { readCorpus } from "../src/similar/read-corpus.ts";
import { openParser, type SqlParser } from "../src/syntax/parse-sql.ts";

/**
 * Writes each case's shape anew, after the text of shapes has changed and its version was raised. Proofs stay as they are.
 *   node dist/corpus/refresh-shapes.js [folder]
 */
const [folder = "corpus/cases"] = process.argv.slice(2);
const parser = await openParser();
let written = 0;
for (const each of await readCorpus(folder)) {
  if (each.shapeVersion === shapeTextVersion) continue;
  const fresh = { ...each, ...(await shapeOf(parser, each)), shapeVersion: shapeTextVersion } satisfies ProvenCase;
  const path = join(folder, `${each.id}.json`);
  // Fields keep their order, so that a diff shows what changed.
  const before = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
  await writeFile(path, `${JSON.stringify({ ...before, ...fresh }, null, 1)}\n`);
  written++;
}
await parser.close();
console.log(`${written} cases have shapes of version ${shapeTextVersion} now.`);

async function shapeOf(parser: SqlParser, { id, schema, statement, index, changeClass: named }: ProvenCase) {
  const snapshot = await snapshotOf(parser, schema, [statement]);
  const catalog = catalogView(snapshot.catalog);
  const [family] = (await group(snapshot, parser)).families;
  if (!family) throw new Error(`${id}: its statement has no scans.`);
  const planner = await openShadowPlanner(snapshot);
  try {
    const planned = await planner.plan(statement, { show: [], hide: [] });
    if (planned.kind === "failed") throw new Error(`${id}: its statement cannot be planned.`);
    return {
      shape: shapeText(family, planned.plan, catalog),
      changeClass: index === null ? named : changeClass({ kind: "create-index", index }, catalog),
    };
  } finally {
    await planner.close();
  }
}
