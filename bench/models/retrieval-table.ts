import type { EmbeddingModel } from "../../src/contract/embedding-model.ts";
import { bm25, cosine, type Nearness, sqlWords, tfIdf } from "./baselines.ts";
import type { LabelledStatement } from "./labelled-statements.ts";
import { judgeRanks, type Retrieval, ranksOf } from "./retrieval.ts";

export interface RetrievalRow {
  readonly name: string;
  readonly all: Retrieval;
  /** Of the statements that a change helps. */
  readonly helped: Retrieval;
}

/** Each method's recall on the queries, with the gallery as its memory: what only words can do, then every encoder. */
export async function retrievalTable(
  gallery: readonly LabelledStatement[],
  queries: readonly LabelledStatement[],
  encoders: readonly { readonly name: string; readonly model: EmbeddingModel }[],
): Promise<readonly RetrievalRow[]> {
  const rows: RetrievalRow[] = [];
  const judge = async (name: string, field: "sql" | "text", nearness: Nearness) => {
    const asked = queries.map((each) => ({ text: each[field], label: each.label }));
    const labels = gallery.map(({ label }) => label);
    const ranks = await ranksOf(asked, labels, nearness);
    rows.push({ name, all: judgeRanks(ranks), helped: judgeRanks(ranks.filter((_, at) => asked[at]!.label !== "none")) });
  };
  for (const [field, cut, of] of [
    ["sql", sqlWords, "the SQL"],
    ["text", (text: string) => text.split(" "), "the shape text"],
  ] as const) {
    const texts = gallery.map((each) => cut(each[field]));
    await judge(`BM25 on ${of}`, field, bm25(texts, cut));
    await judge(`TF-IDF on ${of}`, field, tfIdf(texts, cut));
  }
  for (const { name, model } of encoders) {
    const texts = [...new Set([...gallery, ...queries].map(({ text }) => text))];
    const made = await model.embed(texts);
    const vectors = new Map(texts.map((text, at) => [text, made[at]!]));
    const near = cosine(
      gallery.map(({ text }) => vectors.get(text)!),
      (text) => vectors.get(text)!,
    );
    await judge(name, "text", near);
  }
  return rows;
}

/** As Markdown, for docs/benchmarks.md. */
export function printRetrieval(rows: readonly RetrievalRow[]): void {
  const percent = (part: number) => `${(part * 100).toFixed(1)} %`;
  console.log("| | Recall@1 | Recall@5 | MRR | Recall@1 where a change helps |");
  console.log("|---|--:|--:|--:|--:|");
  for (const { name, all, helped } of rows)
    console.log(
      `| ${name} | ${percent(all.recallAt1)} | ${percent(all.recallAt5)} | ${all.meanReciprocalRank.toFixed(3)} | ${percent(helped.recallAt1)} |`,
    );
  const any = rows[0]?.all;
  if (any) console.log(`\n${any.queries} statements asked; ${any.unanswerable} more have a class that no case of the gallery has.\n`);
}
