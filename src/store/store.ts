import { toSql } from "pgvector";
import type { VectorCache } from "../contract/embedding-model.ts";
import type { SqlSession } from "../contract/sql-session.ts";
import type { NearDocument, ReportEntry, SavedReport, SearchRequest, Store, StoredDocument, VectorSpace } from "../contract/store.ts";
import type { Report } from "../domain/report.ts";
import { fuseByRank } from "./fuse-by-rank.ts";
import { fromSummary, type HistorySummary, summarised } from "./history-summary.ts";
import { reportDocuments } from "./report-documents.ts";
import { inTransaction, saveDocuments } from "./save-documents.ts";
import { vectorIndex } from "./vector-index.ts";

interface DocumentRow {
  readonly id: string;
  readonly kind: StoredDocument["kind"];
  readonly title: string;
  readonly body: string;
  readonly details: unknown;
  readonly report_id: string | null;
  readonly similarity?: number;
}

const documentColumns = "d.id, d.kind, d.title, d.body, d.details, d.report_id::text";
/** Rows each list gives the fusion: deep enough that a document good in both is found. */
const fusedDepth = 50;

/** The store's SQL, the same on the embedded PostgreSQL and on a server. The session may write. */
export function storeOn(session: SqlSession, about: { readonly description: string; readonly close: () => Promise<void> }): Store {
  const nearestRows = async (space: VectorSpace, vector: Float32Array, kinds: readonly string[], limit: number) => {
    const index = await vectorIndex(session, space);
    return session.query<DocumentRow>(
      `select ${documentColumns}, 1 - near.distance as similarity
       from (select document_id, ${index.distance("$1")} as distance from plansmith.document_vector
             where ${index.predicate} and kind = any($2) order by ${index.distance("$1")} limit $3) near
       join plansmith.document d on d.id = near.document_id order by near.distance, d.id`,
      [toSql([...vector]), kinds, limit],
    );
  };

  return {
    description: about.description,
    async saveReport({ target, report, vectors }) {
      return inTransaction(session, async () => {
        const { summary, texts } = summarised(report);
        const [row] = await session.query<{ id: string }>(
          "insert into plansmith.report (target, generated_at, body, summary) values ($1, $2, $3, $4) returning id::text",
          [target, report.generatedAt, JSON.stringify(report), JSON.stringify(summary)],
        );
        await saveTexts(session, texts);
        const { id } = row!;
        await saveDocuments(session, vectors?.space ?? null, reportDocuments({ id, target, report }, vectors?.of ?? new Map()));
        return id;
      });
    },
    async listReports({ target, limit }) {
      const rows = await session.query<{ id: string; target: string; at: string }>(
        `select id::text, target, to_char(generated_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at from plansmith.report
         where $1::text is null or target = $1 order by generated_at desc, id desc limit $2`,
        [target ?? null, limit],
      );
      return rows.map(({ id, target: of, at }): ReportEntry => ({ id, target: of, generatedAt: at }));
    },
    async readReport(id) {
      if (!/^\d{1,18}$/.test(id)) return null;
      const [row] = await session.query<{ target: string; body: Report }>("select target, body from plansmith.report where id = $1", [id]);
      return row ? ({ id, target: row.target, generatedAt: row.body.generatedAt, report: row.body } satisfies SavedReport) : null;
    },
    async readHistory({ target, until, limit }) {
      const rows = await session.query<{ id: string; target: string; summary: HistorySummary | null; body: Report }>(
        // A report of version 1 of the store has no summary: it is cut down here.
        `select id::text, target, summary, case when summary is null then
           body - array['rejected', 'skipped', 'gaps', 'pareto', 'comparison'] || jsonb_build_object(
           'rejected', '[]'::jsonb, 'skipped', '[]'::jsonb, 'gaps', '[]'::jsonb, 'recommendations',
           (select coalesce(jsonb_agg(each || '{"proofs": []}' order by position), '[]')
            from jsonb_array_elements(body -> 'recommendations') with ordinality as list (each, position))) end as body
         from plansmith.report where ($1::text is null or target = $1) and ($2::timestamptz is null or generated_at <= $2)
         order by generated_at desc, id desc limit $3`,
        [target ?? null, until ?? null, limit],
      );
      const texts = await textsOf(
        session,
        rows.flatMap(({ summary }) => summary?.families.map(({ text }) => text) ?? []),
      );
      return rows.map(({ id, target: of, summary, body }): SavedReport => {
        const report = summary === null ? body : fromSummary(summary, texts);
        return { id, target: of, generatedAt: report.generatedAt, report };
      });
    },
    async targets() {
      return (await session.query<{ target: string }>("select distinct target from plansmith.report order by 1")).map(
        ({ target }) => target,
      );
    },
    saveDocuments: (space, documents) => inTransaction(session, () => saveDocuments(session, space, documents)),
    async nearest(space, vector, { kind, limit }) {
      return (await nearestRows(space, vector, [kind], limit)).map(asNear);
    },
    async search({ words, near, kinds, limit }: SearchRequest) {
      const byWords = await session.query<DocumentRow>(
        `select ${documentColumns} from plansmith.document d, websearch_to_tsquery('simple', $1) query
         where d.words @@ query and d.kind = any($2) order by ts_rank_cd(d.words, query) desc, d.id limit $3`,
        [words, kinds, fusedDepth],
      );
      const byNearness = near ? await nearestRows(near.space, near.vector, kinds, fusedDepth) : [];
      return fuseByRank([byNearness, byWords], (row) => row.id)
        .slice(0, limit)
        .map(asNear);
    },
    vectorCache: (space) => cacheOn(session, space),
    close: about.close,
  };
}

async function saveTexts(session: SqlSession, texts: ReadonlyMap<string, string>): Promise<void> {
  // In one order, so that two runs that write the same texts wait for one another instead of deadlocking.
  const sorted = [...texts].toSorted(([a], [b]) => (a < b ? -1 : 1));
  await session.query(
    `insert into plansmith.statement_text (digest, sql)
     select digest, sql from unnest($1::text[], $2::text[]) as given(digest, sql) on conflict (digest) do nothing`,
    [sorted.map(([digest]) => digest), sorted.map(([, sql]) => sql)],
  );
}

async function textsOf(session: SqlSession, digests: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const distinct = [...new Set(digests)];
  if (distinct.length === 0) return new Map();
  const rows = await session.query<{ digest: string; sql: string }>(
    "select digest, sql from plansmith.statement_text where digest = any($1)",
    [distinct],
  );
  return new Map(rows.map(({ digest, sql }) => [digest, sql]));
}

function cacheOn(session: SqlSession, { model }: VectorSpace): VectorCache {
  return {
    async get(keys) {
      const rows = await session.query<{ key: string; vector: string }>(
        "select key, vector::text from plansmith.cached_vector where key = any($1) and model = $2",
        [keys, model],
      );
      return new Map(rows.map(({ key, vector }) => [key, Float32Array.from(JSON.parse(vector) as number[])]));
    },
    async put(vectors) {
      for (const [key, vector] of vectors)
        await session.query("insert into plansmith.cached_vector (key, model, vector) values ($1, $2, $3) on conflict (key) do nothing", [
          key,
          model,
          toSql([...vector]),
        ]);
    },
  };
}

function asNear({ report_id, similarity, ...document }: DocumentRow): NearDocument {
  return { document: { ...document, reportId: report_id }, similarity: similarity ?? null };
}
