import { toSql } from "pgvector";
import type { SqlSession } from "../contract/sql-session.ts";
import type { StoredDocument, VectorSpace } from "../contract/store.ts";

/** Rows of one statement: a report of 5,000 statements takes ten round trips, each below 1 MB. */
const rowsAtOnce = 500;

/** Writes documents, and their vectors where a space is given; one saved before under its id is replaced. */
export async function saveDocuments(session: SqlSession, space: VectorSpace | null, documents: readonly StoredDocument[]): Promise<void> {
  // Of an id that comes twice the last one stays: one statement may write a row only once. In the order of ids, so that two runs that
  // write the same rows wait for one another instead of deadlocking.
  const distinct = [...new Map(documents.map((each) => [each.id, each])).values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  for (let from = 0; from < distinct.length; from += rowsAtOnce) {
    const rows = distinct.slice(from, from + rowsAtOnce);
    await session.query(
      `insert into plansmith.document (id, kind, title, body, details, report_id)
       select id, kind, title, body, details, report_id
       from jsonb_to_recordset($1::jsonb) as given(id text, kind text, title text, body text, details jsonb, report_id bigint)
       on conflict (id) do update set kind = excluded.kind, title = excluded.title, body = excluded.body, details = excluded.details, report_id = excluded.report_id`,
      [
        JSON.stringify(
          rows.map(({ id, kind, title, body, details, reportId }) => ({ id, kind, title, body, details, report_id: reportId })),
        ),
      ],
    );
    const placed = space === null ? [] : rows.filter(({ vector }) => vector !== null);
    if (space === null || placed.length === 0) continue;
    await session.query(
      `insert into plansmith.document_vector (document_id, kind, model, vector)
       select document_id, kind, $1, vector::vector from unnest($2::text[], $3::text[], $4::text[]) as given(document_id, kind, vector)
       on conflict (document_id, model) do update set kind = excluded.kind, vector = excluded.vector`,
      [space.model, placed.map(({ id }) => id), placed.map(({ kind }) => kind), placed.map(({ vector }) => toSql([...vector!]))],
    );
  }
}

/** All of it, or nothing. */
export async function inTransaction<T>(session: SqlSession, work: () => Promise<T>): Promise<T> {
  await session.query("begin");
  try {
    const result = await work();
    await session.query("commit");
    return result;
  } catch (error) {
    await session.query("rollback");
    throw error;
  }
}
