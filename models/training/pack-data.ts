import { createReadStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { gzipSync } from "node:zlib";

/**
 * What training and bench read of made data, packed: application, SQL, shape text and label of each statement, in the order of the files.
 *   node dist/models/training/pack-data.js <out.jsonl.gz> <made.jsonl …>
 */
const [out, ...files] = process.argv.slice(2);
if (out === undefined || files.length === 0) throw new Error("Name the packed file and the files that make-data wrote.");
const lines: string[] = [];
for (const file of files)
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const { application, sql, text, label } = JSON.parse(line) as Record<string, unknown>;
    lines.push(`${JSON.stringify({ application, sql, text, label })}\n`);
  }
// Level 9; zlib writes no time of day, so equal data packs to equal bytes.
await writeFile(out, gzipSync(lines.join(""), { level: 9 }));
process.stderr.write(`${lines.length} statements in ${out}\n`);
