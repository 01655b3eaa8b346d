import { join } from "node:path";
import { parseArgs } from "node:util";
import { connectForWriting } from "../src/connect/connect.ts";
import type { EmbeddingModel } from "../src/contract/embedding-model.ts";
import { bootEmbedded } from "../src/embedded/embedded-database.ts";
import { openLocalEmbedding } from "../src/inference/transformers-embedding.ts";
import { holdsStore } from "../src/store/upgrade.ts";
import { readLabelled } from "./models/labelled-statements.ts";
import { crowd, printNearest, printNearestHead } from "./models/nearest.ts";
import { printRetrieval, retrievalTable } from "./models/retrieval-table.ts";
import { printSimilarityLevels } from "./models/similarity-levels.ts";
import { printThroughput, printThroughputHead } from "./models/throughput.ts";

/**
 * The encoder measured: retrieval on applications that nothing was trained on, beside BM25, TF-IDF and the same encoder untrained;
 * embeddings per second; the nearest of 10^5 vectors in the embedded store and, with --store-url, in an empty database of a server that
 * has pgvector.
 *   npm run bench:models -- [--part retrieval|throughput|nearest] [--device cpu|gpu] [--store-url postgres://…] [--vectors 100000]
 *                           [--models models] [--data models/training/statements.jsonl.gz]
 */
const { values } = parseArgs({
  options: {
    part: { type: "string", multiple: true, default: ["retrieval", "throughput", "nearest"] },
    device: { type: "string", default: "cpu" },
    "store-url": { type: "string" },
    vectors: { type: "string", default: "100000" },
    models: { type: "string", default: "models" },
    data: { type: "string", default: join("models", "training", "statements.jsonl.gz") },
  },
});
if (values.device !== "cpu" && values.device !== "gpu") throw new Error(`No device "${values.device}": one of cpu, gpu.`);
const device = values.device;
const parts = new Set(values.part);

const encoders: { readonly name: string; readonly model: EmbeddingModel }[] = [];
for (const [title, model, precision] of [
  ["the encoder, untrained", "./models/training/untrained", "fp32"],
  ["the encoder, int8", "access-shape", "q8"],
  ["the encoder, fp32", "access-shape", "fp32"],
] as const)
  encoders.push({ name: title, model: await openLocalEmbedding({ model, modelsDirectory: values.models, precision, device }) });
const { train, validation, test } = await readLabelled(values.data);
const texts = [...new Set(test.map(({ text }) => text))];

if (parts.has("retrieval")) {
  console.log(
    `${train.length} statements to look among, ${test.length} held out, ${new Set(train.map(({ label }) => label)).size} classes of change\n`,
  );
  printRetrieval(await retrievalTable(train, test, encoders));
  await printSimilarityLevels(train, validation, encoders.at(-1)!.model);
}
if (parts.has("throughput")) {
  printThroughputHead();
  for (const { name, model } of encoders.slice(1)) await printThroughput(name, model, texts);
  console.log("");
}
if (parts.has("nearest")) {
  const best = encoders.at(-1)!.model;
  const vectors = crowd(await best.embed([...new Set(train.map(({ text }) => text))]), Number(values.vectors));
  const queries = await best.embed(texts.slice(0, 200));
  printNearestHead();
  const embedded = await bootEmbedded();
  embedded.provideExtension("vector");
  await printNearest("embedded store", embedded.session, vectors, queries);
  await embedded.close();
  if (values["store-url"] !== undefined) {
    const session = await connectForWriting({ url: values["store-url"], statementTimeoutMs: 600_000, lockTimeoutMs: 30_000 });
    if (await holdsStore(session)) throw new Error("The database of --store-url holds a store: name an empty one.");
    const [server] = await session.query<{ version: string }>("select current_setting('server_version') as version");
    await printNearest(`PostgreSQL ${server!.version.split(" ")[0]}`, session, vectors, queries);
    await session.query("drop schema plansmith cascade");
    await session.close();
  }
}
for (const { model } of encoders) await model.close();
