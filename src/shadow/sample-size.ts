import { sqlStateOf } from "../embedded/sql-state.ts";
import type { IndexPart } from "./index-parts.ts";
import type { Workshop } from "./prepare-index.ts";
import type { SampleTable } from "./row-samples.ts";

/** Values that keys are extracted from: more tell little, and each costs a few microseconds. */
const valuesAtMost = 5000;

/** Values of a key over the sampled rows, as text; null when it cannot be evaluated there. */
export async function sampledValues(
  { shadow }: Workshop,
  sample: SampleTable,
  key: string,
  predicate: string | null,
): Promise<readonly (string | null)[] | null> {
  const every = Math.max(1, Math.ceil(sample.rows / valuesAtMost));
  try {
    const rows = await shadow.database.session.query<{ value: string | null }>(
      `select (${key})::text as value from (select *, row_number() over () as plansmith_row from ${sample.name}) s
       where plansmith_row % ${every} = 0 ${predicate === null ? "" : `and (${predicate})`}`,
    );
    return rows.length === 0 ? null : rows.map((row) => row.value);
  } catch (error) {
    if (sqlStateOf(error) === null) throw error;
    return null;
  }
}

/** Part of the sampled rows under a predicate, 0–1; null when it cannot be evaluated there. */
export async function sampledShare({ shadow }: Workshop, sample: SampleTable, predicate: string): Promise<number | null> {
  try {
    const [row] = await shadow.database.session.query<{ share: number }>(
      `select (count(*) filter (where ${predicate}))::float8 / count(*) as share from ${sample.name}`,
    );
    return row?.share ?? null;
  } catch (error) {
    if (sqlStateOf(error) === null) throw error;
    return null;
  }
}

/**
 * Blocks of the same index really built on the sampled rows, as production would build it: how full its pages are depends on the
 * values and on their order, which no formula knows. Null when it cannot be built there.
 */
export async function builtOnSample(workshop: Workshop, part: IndexPart, sample: SampleTable): Promise<number | null> {
  const { database } = workshop.shadow;
  const table = "plansmith_samples.built_on";
  try {
    const definition = String(await database.scalar(`select pg_get_indexdef(${part.oid})`));
    const create = definition.replace(/^CREATE (?:UNIQUE )?INDEX .*? ON .*? USING /s, `create index built on ${table} using `);
    const fill = `insert into ${table} select * from ${sample.name}`;
    await database.run(`create unlogged table ${table} (like ${sample.name}) with (autovacuum_enabled = off)`);
    const order = insertsOneByOne(part, workshop.snapshot.server.major) ? [create, fill] : [fill, create];
    for (const sql of order) await database.run(sql);
    const bytes = Number(await database.scalar("select pg_relation_size('plansmith_samples.built'::regclass)"));
    return bytes / 8192;
  } catch (error) {
    if (sqlStateOf(error) === null) throw error;
    return null;
  } finally {
    await database.run(`drop table if exists ${table}`);
  }
}

/** GiST builds sorted where the operator class can: points since 14, ranges and btree_gist's scalars since 18 (release notes). */
function insertsOneByOne({ accessMethod, attributes }: IndexPart, major: number): boolean {
  if (accessMethod !== "gist" || major >= 18) return false;
  return major < 14 || attributes.some(({ operatorClass }) => operatorClass !== null && operatorClass !== "point_ops");
}
