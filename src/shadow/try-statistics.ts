import type { SampledRows, StatisticsTrial, Tried } from "../contract/planner.ts";
import { ident, literal, qualified } from "../domain/identifier.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { sqlStateOf } from "../embedded/sql-state.ts";
import { allowBytes } from "../restore/restore-extended-statistics.ts";
import { groupStatistics, relationRows } from "./group-statistics.ts";
import type { RowSamples, SampleTable } from "./row-samples.ts";
import { sampledGroups } from "./sample-statistics.ts";

const onSample = "plansmith_samples.tried";
const onTable = "plansmith_samples.tried_table";

interface Place {
  readonly database: EmbeddedDatabase;
  readonly samples: RowSamples;
}

/**
 * Builds extended statistics with CREATE STATISTICS and ANALYZE on the sampled rows, gives the relation the same, runs `work` and
 * takes them away. Dependencies, most common combinations and expression statistics are parts of the rows, so that they hold for the
 * whole table; n-distinct counts are carried over to its rows.
 */
export async function withStatistics<T>(
  { database, samples }: Place,
  trial: StatisticsTrial,
  work: (sample: SampledRows) => Promise<T>,
): Promise<Tried<T>> {
  const sample = await samples.tableOf(trial.relation);
  if (sample === null) return { kind: "refused", why: `no sampled rows of ${trial.relation.name} (--sample-rows)` };
  try {
    await giveStatistics(database, sample, trial);
  } catch (error) {
    const sqlState = sqlStateOf(error);
    if (sqlState === null) throw error;
    await drop(database);
    return { kind: "refused", why: `${(error as Error).message} (SQLSTATE ${sqlState})` };
  }
  try {
    return { kind: "tried", result: await work(sampledRows(database, sample, trial.relation)) };
  } finally {
    await drop(database);
    await forgetPlans(database, trial);
  }
}

/** Counts in the sampled rows of a relation; null without a sample of it. */
export async function sampledRowsOf({ database, samples }: Place, relation: RelationName): Promise<SampledRows | null> {
  const sample = await samples.tableOf(relation);
  return sample === null ? null : sampledRows(database, sample, relation);
}

async function giveStatistics(database: EmbeddedDatabase, sample: SampleTable, trial: StatisticsTrial): Promise<void> {
  const targets = trial.targets.join(", ");
  const kinds = trial.kinds.length === 0 ? "" : `(${trial.kinds.join(", ")})`;
  await database.run(`create statistics ${onSample} ${kinds} on ${targets} from ${sample.name}`);
  await database.run(`analyze ${sample.name}`);
  await database.run(`create statistics ${onTable} ${kinds} on ${targets} from ${qualified(trial.relation)}`);
  const groups = trial.kinds.includes("ndistinct") ? await groupStatistics(database, sample, trial) : null;
  if (groups !== null) await allowBytes(database, "pg_ndistinct");
  const ndistinct = groups === null ? "null" : `decode('${groups}', 'hex')::pg_ndistinct`;
  await database.run(
    `insert into pg_statistic_ext_data (stxoid, stxdinherit, stxdndistinct, stxddependencies, stxdmcv, stxdexpr)
     select t.oid, false, ${ndistinct}, d.stxddependencies, d.stxdmcv, d.stxdexpr
     from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace join pg_statistic_ext_data d on d.stxoid = s.oid,
       pg_statistic_ext t
     where n.nspname = 'plansmith_samples' and s.stxname = 'tried' and t.stxnamespace = n.oid and t.stxname = 'tried_table'`,
  );
  await forgetPlans(database, trial);
}

/** The next plan reads the relation's statistics objects anew. */
async function forgetPlans(database: EmbeddedDatabase, { relation }: StatisticsTrial): Promise<void> {
  await database.run(`update pg_class set relname = relname where oid = ${literal(qualified(relation))}::regclass`);
}

async function drop(database: EmbeddedDatabase): Promise<void> {
  await database.run(`drop statistics if exists ${onSample}; drop statistics if exists ${onTable}`);
}

function sampledRows(database: EmbeddedDatabase, sample: SampleTable, relation: RelationName): SampledRows {
  return {
    rows: sample.rows,
    async groups(targets) {
      const rows = await relationRows(database, relation);
      return rows === null ? null : sampledGroups(database, sample, targets, rows);
    },
    async commonest(targets) {
      const values = targets.map((target) => `(${target})::text`);
      const rows = await database.session.query<{ values: string[] }>(
        `select array[${values.join(", ")}] as values from ${sample.name} where ${values.map((each) => `${each} is not null`).join(" and ")}
         group by 1 order by count(*) desc, 1 limit 1`,
      );
      const found = rows[0]?.values;
      return found === undefined ? null : targets.map((target, at) => `${target} = ${literal(found[at] ?? null)}`).join(" and ");
    },
    async fraction(condition) {
      try {
        // EXPLAIN writes names bare when a statement reads one relation.
        const kept = await database.scalar(
          `select (count(*) filter (where ${condition}))::float8 / count(*) from ${sample.name} as ${ident(relation.name)}`,
        );
        return typeof kept === "number" ? kept : null;
      } catch (error) {
        if (sqlStateOf(error) === null) throw error;
        return null;
      }
    },
  };
}
