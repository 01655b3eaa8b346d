import type { PlanOutcome } from "../contract/planner.ts";
import type { SqlSession } from "../contract/sql-session.ts";
import { planNodes } from "../domain/plan.ts";
import { sqlStateOf } from "../errors.ts";
import { readPlan } from "../parse/read-plan.ts";
import { genericPlanSql } from "../syntax/generic-plan.ts";
import { onlyStatement } from "../syntax/only-statement.ts";

/** EXPLAIN, never ANALYZE, over a session on a server that is somebody's: every question ends its transaction, so that no snapshot of it holds back VACUUM. */
export interface SessionExplainer {
  /** `server_version_num`. */
  readonly versionNumber: number;
  plan(sql: string, generic: boolean): Promise<PlanOutcome>;
  /** Types that PostgreSQL infers for `$1 … $n`; null when it cannot. */
  parameterTypes(sql: string): Promise<readonly string[] | null>;
}

export async function openSessionExplainer(session: SqlSession): Promise<SessionExplainer> {
  const [version] = await session.query<{ number: number }>("select current_setting('server_version_num')::int as number");
  const schemas = await relationSchemas(session);
  await session.query("rollback");
  const versionNumber = version!.number;

  const ask = async (statement: string, options: string, generic: boolean): Promise<unknown> => {
    if (!generic) return onlyValue(await session.query(`explain (${options}) ${statement}`));
    const { before, explain } = genericPlanSql(statement, options, versionNumber);
    try {
      for (const sql of before) await session.query(sql);
      return onlyValue(await session.query(explain));
    } finally {
      // A prepared statement outlives the transaction, a setting made in it does not.
      await session.query("rollback");
      if (before.length > 0) await session.query("deallocate all");
    }
  };

  return {
    versionNumber,
    async plan(sql, generic) {
      const statement = onlyStatement(sql);
      if (statement === null) return { kind: "failed", sqlState: "42601", message: "more than one statement, or none" };
      try {
        const plan = readPlan(await ask(statement, "format json", generic), (name) => schemas.get(name) ?? null);
        const isAmbiguous = [...planNodes(plan)].some((node) => node.relation !== null && node.relation.schema === "");
        return { kind: "planned", plan: isAmbiguous ? readPlan(await ask(statement, "format json, verbose", generic)) : plan };
      } catch (error) {
        const sqlState = sqlStateOf(error);
        if (sqlState === null) throw error;
        return { kind: "failed", sqlState, message: (error as Error).message };
      } finally {
        await session.query("rollback");
      }
    },
    async parameterTypes(sql) {
      const statement = onlyStatement(sql);
      if (statement === null) return null;
      try {
        await session.query(`prepare plansmith_parameters as ${statement}`);
        const [row] = await session.query<{ types: string[] }>(
          "select parameter_types::text[] as types from pg_prepared_statements where name = 'plansmith_parameters'",
        );
        await session.query("deallocate plansmith_parameters");
        return row?.types ?? null;
      } catch (error) {
        if (sqlStateOf(error) === null) throw error;
        return null;
      } finally {
        await session.query("rollback");
      }
    },
  };
}

/** `{relation name → its schema, null when several have one of that name}`. */
async function relationSchemas(session: SqlSession): Promise<ReadonlyMap<string, string | null>> {
  const rows = await session.query<{ schema: string; name: string }>(
    `select n.nspname::text as schema, c.relname::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'm', 'f')`,
  );
  const schemas = new Map<string, string | null>();
  for (const { schema, name } of rows) schemas.set(name, schemas.has(name) ? null : schema);
  return schemas;
}

/** The one value of the last result: the session gives that one's rows when several statements were sent. */
function onlyValue(rows: readonly object[]): unknown {
  const [row] = rows;
  return row === undefined ? undefined : Object.values(row)[0];
}
