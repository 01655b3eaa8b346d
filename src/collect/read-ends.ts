import { ident, qualified } from "../domain/identifier.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { Reading } from "./reading.ts";

/** A column that leads a plain B-tree, so that its ends are two index probes. */
export interface EndsTarget {
  readonly relation: RelationName;
  readonly relationOid: string;
  readonly column: string;
  readonly position: number;
  readonly pages: number;
}

export type Ends = { readonly low: string; readonly high: string };

/** 300 columns at most, of the largest relations: three queries of two index probes a column. Our choice, 2026-11. */
const maxColumns = 300;
const columnsPerQuery = 100;
const longestReadMs = 1000;
/** A wider value cannot be a histogram bound either (ANALYZE skips datums over 1 kB: WIDTH_THRESHOLD, analyze.c). */
const widestEnd = 1024;

/** `{relation OID + position → ends}`; only columns the role may SELECT and no row security hides. */
export async function readEnds(reading: Reading, targets: readonly EndsTarget[]): Promise<Map<string, Ends>> {
  const chosen = await readable(reading, targets);
  const ends = new Map<string, Ends>();
  if (chosen.length === 0) return ends;
  const timeout = await lowerTimeout(reading);
  for (let at = 0; at < chosen.length; at += columnsPerQuery) {
    const batch = chosen.slice(at, at + columnsPerQuery);
    const rows = await reading.attempt<{ ends: (string | null)[] }>(
      { area: "ends", what: `smallest and largest values of ${batch.length} indexed columns`, remedy: null },
      `select /* plansmith */ array[${batch.flatMap((target) => [endSql(target, "asc"), endSql(target, "desc")]).join(",\n")}]::text[] as ends`,
    );
    // What stopped this batch (a bloated index, a locked table) would stop the next: the refused read has undone the setting too.
    if (rows === null) return ends;
    batch.forEach((target, n) => {
      const low = rows[0]?.ends[2 * n] ?? null;
      const high = rows[0]?.ends[2 * n + 1] ?? null;
      if (low !== null && high !== null) ends.set(endsKey(target.relationOid, target.position), { low, high });
    });
  }
  await reading.query("select /* plansmith */ set_config('statement_timeout', $1, true)", [timeout]);
  return ends;
}

/**
 * Two probes a column take microseconds, unless an index end is full of dead rows. Such a read is given up after a second.
 * Gives the timeout that was set, in ms; 0 is none.
 */
async function lowerTimeout(reading: Reading): Promise<string> {
  const [row] = await reading.query<{ before: string }>(
    `select /* plansmith */ s.setting as before,
       set_config('statement_timeout', least(nullif(s.setting::int, 0), ${longestReadMs})::text, true)
     from pg_settings s where s.name = 'statement_timeout'`,
  );
  return row?.before ?? "0";
}

export const endsKey = (relationOid: string, position: number) => `${relationOid} ${position}`;

async function readable(reading: Reading, targets: readonly EndsTarget[]): Promise<EndsTarget[]> {
  if (targets.length === 0) return [];
  const largest = [...targets].sort((a, b) => b.pages - a.pages || Number(a.relationOid) - Number(b.relationOid)).slice(0, maxColumns);
  const rows = await reading.attempt<{ readable: boolean[] }>(
    { area: "ends", what: "smallest and largest values of indexed columns", remedy: null },
    `select /* plansmith */ array_agg(has_column_privilege(t.oid, t.position::int2, 'select')
         and has_schema_privilege(c.relnamespace, 'usage') and not row_security_active(t.oid) order by t.n) as readable
     from unnest($1::text::oid[], $2::text::int[]) with ordinality t(oid, position, n) join pg_class c on c.oid = t.oid`,
    [`{${largest.map((target) => target.relationOid).join(",")}}`, `{${largest.map((target) => target.position).join(",")}}`],
  );
  return largest.filter((_, n) => rows?.[0]?.readable[n]);
}

function endSql(target: EndsTarget, direction: "asc" | "desc"): string {
  const column = ident(target.column);
  return `(select case when length(${column}::text) <= ${widestEnd} then ${column}::text end
    from only ${qualified(target.relation)} where ${column} is not null order by ${column} ${direction} limit 1)`;
}
