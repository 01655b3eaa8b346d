import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { shapeTextVersion } from "../src/access-shape/shape-text.ts";
import { readCorpus } from "../src/similar/read-corpus.ts";
import { openParser } from "../src/syntax/parse-sql.ts";
import { caseShape } from "./case-shape.ts";

/**
 * Writes every case's access path again, after the words for it changed; statements, changes and plans stay.
 *   npm run corpus:reword -- [folder]
 */
const [folder = "corpus/cases"] = process.argv.slice(2);
const parser = await openParser();
let changed = 0;
for (const { id, schema, statement } of await readCorpus(folder)) {
  const path = join(folder, `${id}.json`);
  const proven = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
  const shape = await caseShape(parser, { schema, statement });
  if (shape === null) throw new Error(`${id}: its statement cannot be planned`);
  if (proven.shape === shape && proven.shapeVersion === shapeTextVersion) continue;
  await writeFile(path, `${JSON.stringify({ ...proven, shape, shapeVersion: shapeTextVersion }, null, 1)}\n`);
  changed++;
}
await parser.close();
console.log(`${changed} cases reworded.`);
