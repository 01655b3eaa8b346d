import type { Relation } from "../domain/catalog.ts";
import { qualified, readableQualified } from "../domain/identifier.ts";
import type { RowSample } from "../domain/snapshot.ts";
import type { Reading } from "./reading.ts";

/**
 * Bounds of a sample, all our choice (November 2026). 30,000 rows are what ANALYZE samples at the default statistics target; 4,096
 * blocks are 32 MiB of reading a table at most, where ANALYZE reads 30,000.
 */
const rowsPerTable = 30_000;
const blocksPerTable = 4096;
const bytesPerTable = 8 * 1024 * 1024;
const bytesTogether = 64 * 1024 * 1024;
const tablesAtMost = 40;
/** Below it, statistics hold every value that matters. */
const fewestRows = 300;
/** A wider row is left out: a few of them would be the whole sample. */
const widestRow = 16_384;
const longestReadMs = 2000;

/** Rows of the largest tables that the role may SELECT from and no row security hides; the others become gaps. */
export async function sampleRows(reading: Reading, relations: readonly Relation[]): Promise<RowSample[]> {
  const tables = relations
    .filter(
      ({ kind, rows, currentPages }) => ["table", "materialized-view"].includes(kind) && (rows ?? 0) >= fewestRows && currentPages > 0,
    )
    .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1))
    .slice(0, tablesAtMost);
  const readable = await readableTables(reading, tables);
  noteUnreadable(reading, tables, readable);
  const before = await lowerTimeout(reading);
  const samples: RowSample[] = [];
  let left = bytesTogether;
  for (const table of tables.filter((each) => readable.has(each))) {
    if (left <= 0) break;
    const rows = await sampleOf(reading, table, Math.min(left, bytesPerTable));
    // A refused read has undone the shorter timeout, too.
    if (rows === null) await lowerTimeout(reading);
    else {
      left -= rows.reduce((sum, row) => sum + row.length, 0);
      samples.push({ schema: table.schema, name: table.name, rows });
    }
  }
  await reading.query("select /* plansmith */ set_config('statement_timeout', $1, true)", [before]);
  return samples;
}

/** Some rows of many blocks rather than all of a few: neighbours are alike, and would look like duplicates. */
async function sampleOf(reading: Reading, table: Relation, bytes: number): Promise<string[] | null> {
  const rows = Math.max(1, table.rows ?? 1);
  const wanted = Math.min(rowsPerTable, rows, Math.floor(bytes / Math.max(16, table.bytes / rows)));
  const blocks = Math.min(table.currentPages, blocksPerTable);
  const percent = Math.min(100, (100 * blocks) / table.currentPages);
  const share = Math.min(1, wanted / ((rows * percent) / 100));
  const kept = share < 1 ? `where random() < ${share.toFixed(9)}` : "";
  const found = await reading.attempt<{ row: string }>(
    {
      area: "statistics",
      what: `a sample of rows of ${readableQualified(table)}`,
      remedy: (sqlState) => (sqlState === "42501" ? `GRANT SELECT ON ${qualified(table)} TO <role>;` : null),
    },
    // OFFSET 0 keeps the text from being made twice.
    `select /* plansmith */ row from (select t::text as row from only ${qualified(table)} t tablesample system (${percent.toFixed(6)}) ${kept} offset 0) s
     where octet_length(row) <= ${widestRow} limit ${wanted * 2}`,
  );
  return found === null ? null : found.map((each) => each.row);
}

async function readableTables(reading: Reading, tables: readonly Relation[]): Promise<ReadonlySet<Relation>> {
  if (tables.length === 0) return new Set();
  const rows = await reading.query<{ readable: boolean[] }>(
    `select /* plansmith */ array_agg(c.oid is not null and has_schema_privilege(c.relnamespace, 'usage') and has_table_privilege(c.oid, 'select')
         and not row_security_active(c.oid) order by t.n) as readable
     from unnest($1::text[]) with ordinality t (name, n) left join pg_class c on c.oid = to_regclass(t.name)`,
    [tables.map(qualified)],
  );
  return new Set(tables.filter((_, at) => rows[0]?.readable[at]));
}

function noteUnreadable(reading: Reading, tables: readonly Relation[], readable: ReadonlySet<Relation>): void {
  const hidden = tables.filter((each) => !readable.has(each));
  if (hidden.length === 0) return;
  reading.gaps.push({
    area: "statistics",
    what: `sampled rows of ${hidden.length} ${hidden.length === 1 ? "table" : "tables"}: ${hidden.slice(0, 5).map(readableQualified).join(", ")}`,
    why: "the role may not SELECT from them, or row security hides rows; expressions and GIN, GiST and SP-GiST indexes are estimated from statistics alone",
    remedy: "GRANT pg_read_all_data TO <role>;",
  });
}

/** Gives the timeout that was set, in ms; 0 is none. */
async function lowerTimeout(reading: Reading): Promise<string> {
  const [row] = await reading.query<{ before: string }>(
    `select /* plansmith */ s.setting as before, set_config('statement_timeout', least(nullif(s.setting::int, 0), ${longestReadMs})::text, true)
     from pg_settings s where s.name = 'statement_timeout'`,
  );
  return row?.before ?? "0";
}
