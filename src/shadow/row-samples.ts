import { ident, qualified } from "../domain/identifier.ts";
import { type RelationName, relationKey } from "../domain/postgres.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { sqlStateOf } from "../embedded/sql-state.ts";

const schema = "plansmith_samples";

/** Sampled rows of one table, as a table of the shadow that only our own queries name. */
export interface SampleTable {
  /** Quoted. */
  readonly name: string;
  readonly rows: number;
}

/** Production's sampled rows; a table of them is made when first asked for. */
export interface RowSamples {
  /** Null when there is no sample of the relation, or the shadow cannot read it. */
  tableOf(relation: RelationName): Promise<SampleTable | null>;
}

/** Fewer rows tell less than statistics do. */
const fewestRows = 200;

export function rowSamples(database: EmbeddedDatabase, snapshot: Snapshot): RowSamples {
  const samples = new Map((snapshot.rowSamples ?? []).map((sample) => [relationKey(sample), sample]));
  const made = new Map<string, SampleTable | null>();
  return {
    async tableOf(relation) {
      const key = relationKey(relation);
      const known = made.get(key);
      if (known !== undefined) return known;
      const sample = samples.get(key);
      const table = sample && sample.rows.length >= fewestRows ? await makeTable(database, relation, sample.rows, made.size) : null;
      made.set(key, table);
      return table;
    },
  };
}

/** In the order of the sample, which is that of the disk: order decides the fill of GiST pages. */
async function makeTable(
  database: EmbeddedDatabase,
  relation: RelationName,
  rows: readonly string[],
  number: number,
): Promise<SampleTable | null> {
  const name = `${schema}.${ident(`t${number}`)}`;
  try {
    await database.run(`create schema if not exists ${schema}`);
    await database.run(`create unlogged table ${name} (like ${qualified(relation)}) with (autovacuum_enabled = off)`);
    await database.session.query(
      `insert into ${name} select (s.v).* from (select r::${qualified(relation)} as v from json_array_elements_text($1::json) with ordinality t (r, n) order by n offset 0) s`,
      [JSON.stringify(rows)],
    );
    return { name, rows: rows.length };
  } catch (error) {
    // A stand-in for a type that is not there may not read its values: statistics have to do.
    if (sqlStateOf(error) === null) throw error;
    return null;
  }
}
