import type { ColumnTargetTrial, SampledRows, Tried } from "../contract/planner.ts";
import type { ColumnStatistics } from "../domain/catalog.ts";
import { ident, qualified } from "../domain/identifier.ts";
import { plannerRows } from "../domain/planner-rows.ts";
import { sameRelation } from "../domain/postgres.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { restoreRows } from "../restore/restore-statistics.ts";
import type { RowSamples } from "./row-samples.ts";
import { sampledStatistics } from "./sample-statistics.ts";
import { sampledRowsOf } from "./try-statistics.ts";

interface Place {
  readonly database: EmbeddedDatabase;
  readonly samples: RowSamples;
  readonly snapshot: Snapshot;
}

/**
 * Gives the column the statistics that ANALYZE makes of the sampled rows with this target, carried over to the table's rows, runs `work`, and
 * puts production's back. Refused without a sample, or where the shadow does not take what was made.
 */
export async function withColumnTarget<T>(
  { database, samples, snapshot }: Place,
  { relation, column, target }: ColumnTargetTrial,
  work: (sample: SampledRows) => Promise<T>,
): Promise<Tried<T>> {
  const table = snapshot.catalog.relations.find((each) => sameRelation(each, relation));
  const before = table?.columns.find((each) => each.name === column);
  // The shadow counts columns anew: dropped ones leave holes in production's numbering.
  const position = table && before ? table.columns.indexOf(before) + 1 : 0;
  const rows = table ? plannerRows(table) : null;
  const sample = await samples.tableOf(relation);
  const counted = await sampledRowsOf({ database, samples }, relation);
  if (sample === null || counted === null) return { kind: "refused", why: `no sampled rows of ${relation.name} (--sample-rows)` };
  if (!before?.statistics || rows === null) return { kind: "refused", why: `nothing is known of ${relation.name}.${column}` };
  const made = await sampledStatistics(database, sample, ident(column), { predicate: null, rows, target });
  if (made === null) return { kind: "refused", why: `the sampled values of ${relation.name}.${column} cannot be analysed` };

  const give = async (statistics: ColumnStatistics): Promise<string | null> => {
    // What restores statistics leaves slots that it is not given.
    await database.session.query("delete from pg_statistic where starelid = to_regclass($1) and staattnum = $2 and not stainherit", [
      qualified(relation),
      position,
    ]);
    const [gap] = await restoreRows(database, [
      { relation, position, inherited: false, statistics, what: `statistics of ${relation.name}.${column}` },
    ]);
    return gap?.why ?? null;
  };
  try {
    const refusal = await give(made.statistics);
    if (refusal !== null) return { kind: "refused", why: refusal };
    return { kind: "tried", result: await work(counted) };
  } finally {
    await give(before.statistics);
  }
}
