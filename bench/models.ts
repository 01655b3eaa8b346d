import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { openLocalEmbedding } from "../src/inference/transformers-embedding.ts";
import { bm25, cosine, type Nearness, sqlWords, tfIdf } from "./models/baselines.ts";
import { judgeRetrieval } from "./models/retrieval.ts";

/**
 * Retrieval on applications that nothing was trained on: nearest labelled statement, judged by the class of the change that the prover
 * chose; our encoder beside BM25, TF-IDF and the same encoder untrained. Then embeddings per second.
 *   npm run bench:models -- [models directory] [data]
 */
const modelsDirectory = process.argv[2] ?? "models";
const data = process.argv[3] ?? join("models", "training", "data", "statements.jsonl.gz");

interface Line {
  readonly application: number;
  readonly sql: string;
  readonly text: string;
  readonly label: string;
}
const lines = gunzipSync(await readFile(data))
  .toString("utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as Line);
// As models/training/data.py splits them.
const gallery = lines.filter(({ application }) => application % 10 < 7);
const held = lines.filter(({ application }) => application % 10 >= 8);
const labels = gallery.map(({ label }) => label);
console.log(`${gallery.length} cases in the gallery, ${held.length} held-out statements, ${new Set(labels).size} classes of change\n`);

const words = (text: string) => text.split(" ");
const rows: (readonly [string, "sql" | "text", Nearness])[] = [
  [
    "BM25 on the SQL",
    "sql",
    bm25(
      gallery.map(({ sql }) => sqlWords(sql)),
      sqlWords,
    ),
  ],
  [
    "TF-IDF on the SQL",
    "sql",
    tfIdf(
      gallery.map(({ sql }) => sqlWords(sql)),
      sqlWords,
    ),
  ],
  [
    "BM25 on the shape text",
    "text",
    bm25(
      gallery.map(({ text }) => words(text)),
      words,
    ),
  ],
  [
    "TF-IDF on the shape text",
    "text",
    tfIdf(
      gallery.map(({ text }) => words(text)),
      words,
    ),
  ],
];
for (const [name, title] of [
  ["access-shape-untrained", "the encoder, untrained"],
  ["access-shape", "the encoder, int8"],
  ["access-shape", "the encoder"],
] as const) {
  const precision = title.endsWith("int8") ? "q8" : "fp32";
  const model = await openLocalEmbedding({ model: name, modelsDirectory, precision, device: "cpu" }).catch((error: Error) => error);
  if (model instanceof Error) {
    console.log(`${title}: ${model.message}`);
    continue;
  }
  const texts = [...new Set([...gallery, ...held].map(({ text }) => text))];
  const started = performance.now();
  const made = await model.embed(texts);
  const perSecond = texts.length / ((performance.now() - started) / 1000);
  const vectors = new Map(texts.map((text, at) => [text, made[at]!]));
  rows.push([
    `${title} (${perSecond.toFixed(0)} texts/s, ${model.device})`,
    "text",
    cosine(
      gallery.map(({ text }) => vectors.get(text)!),
      (text) => vectors.get(text)!,
    ),
  ]);
  await model.close();
}

const percent = (part: number) => `${(part * 100).toFixed(1)} %`.padStart(8);
console.log(`${"".padEnd(44)} recall@1 recall@5      MRR`);
for (const [name, field, nearness] of rows) {
  const queries = held.map((line) => ({ text: line[field], label: line.label }));
  const all = await judgeRetrieval(queries, labels, nearness);
  const changed = await judgeRetrieval(
    queries.filter(({ label }) => label !== "none"),
    labels,
    nearness,
  );
  console.log(
    `${name.padEnd(44)} ${percent(all.recallAt1)} ${percent(all.recallAt5)} ${percent(all.meanReciprocalRank)}   of the ${changed.queries} that a change helps: ${percent(changed.recallAt1)}`,
  );
  if (name === rows.at(-1)?.[0])
    console.log(`\n${all.queries} statements asked; ${all.unanswerable} have a class that no case of the gallery has.`);
}
