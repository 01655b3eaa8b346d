import type { PlanOutcome } from "../contract/planner.ts";
import { planNodes } from "../domain/plan.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { sqlStateOf } from "../embedded/sql-state.ts";
import { AdvisorError } from "../errors.ts";
import { readPlan } from "../parse/read-plan.ts";
import { genericPlanSql } from "../syntax/generic-plan.ts";
import { onlyStatement } from "../syntax/only-statement.ts";
import { type LeadingKeys, readLeadingKeys } from "./skip-scan.ts";

/** Runs EXPLAIN in the shadow and knows the names that plans show. */
export interface Explainer {
  readonly database: EmbeddedDatabase;
  /** Null when no relation, or more than one, has this name. */
  schemaOf(relation: string): string | null;
  /** First keys of B-trees of several columns. */
  leadingKeys(): LeadingKeys;
  /** To be called when an index was prepared, with its leading keys and its parts'. */
  indexMade(leading: LeadingKeys): void;
  /** Existing indexes with one of these names, in whatever schema. */
  indexesNamed(names: ReadonlySet<string>): RelationName[];
}

/** Reads relation and index names; open it before the first index is prepared. */
export async function openExplainer(database: EmbeddedDatabase): Promise<Explainer> {
  const names = await database.session.query<RelationName & { kind: string }>(
    `select n.nspname as schema, c.relname as name, c.relkind::text as kind
     from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'm', 'v', 'f', 'i', 'I')`,
  );
  const schemas = new Map<string, string | null>();
  for (const { schema, name, kind } of names) if (kind !== "i" && kind !== "I") schemas.set(name, schemas.has(name) ? null : schema);
  const indexes = names.filter(({ kind }) => kind === "i" || kind === "I");
  // Reading them costs 10 ms with a thousand indexes: once, and each prepared index brings its own.
  const leading = new Map(await readLeadingKeys(database));
  return {
    database,
    schemaOf: (relation) => schemas.get(relation) ?? null,
    leadingKeys: () => leading,
    indexMade(made) {
      for (const [name, key] of made) leading.set(name, key);
    },
    indexesNamed: (wanted) => indexes.filter(({ name }) => wanted.has(name)).map(({ schema, name }) => ({ schema, name })),
  };
}

/**
 * The plan of one statement, never run: EXPLAIN without ANALYZE. Text with a second statement is refused, since the
 * simple protocol would execute it.
 */
export async function explain(explainer: Explainer, sql: string, generic: boolean): Promise<PlanOutcome> {
  const statement = onlyStatement(sql);
  if (statement === null) return { kind: "failed", sqlState: "42601", message: "more than one statement, or none" };
  const ask = async (options: string) => {
    const given = generic
      ? await explainGeneric(explainer.database, statement, options)
      : await explainer.database.scalar(`explain (${options}) ${statement}`);
    if (given !== undefined) return given;
    // PGlite leaves out what a stack overflow interrupts, says nothing, and answers nothing more.
    throw new AdvisorError("BACKEND_UNSUPPORTED", "The embedded PostgreSQL broke off in the middle of planning a statement.", {
      hint: "The statement may be nested very deeply; leave it out, or plan with a server: --planner native.",
    });
  };
  try {
    const plan = readPlan(await ask("format json"), explainer.schemaOf);
    for (const node of planNodes(plan))
      if (node.relation !== null && node.relation.schema === "") {
        // Two schemas have a table of this name: VERBOSE says which, at three times the price of planning a small query.
        return { kind: "planned", plan: readPlan(await ask("format json, verbose"), explainer.schemaOf) };
      }
    return { kind: "planned", plan };
  } catch (error) {
    const sqlState = sqlStateOf(error);
    if (sqlState === null) throw error;
    return { kind: "failed", sqlState, message: (error as Error).message };
  }
}

async function explainGeneric(database: EmbeddedDatabase, statement: string, options: string): Promise<unknown> {
  const { before, explain, after } = genericPlanSql(statement, options, database.versionNumber);
  for (const sql of before) await database.run(sql);
  try {
    return await database.scalar(explain);
  } finally {
    for (const sql of after) await database.run(sql);
  }
}

/** Types that PostgreSQL infers for `$1 … $n`, as PREPARE does, which plans and runs nothing; null when it cannot. */
export async function parameterTypes(database: EmbeddedDatabase, sql: string): Promise<readonly string[] | null> {
  const statement = onlyStatement(sql);
  if (statement === null) return null;
  try {
    await database.run(`prepare plansmith_parameters as ${statement}`);
  } catch (error) {
    if (sqlStateOf(error) === null) throw error;
    return null;
  }
  const [row] = await database.session.query<{ types: string[] }>(
    "select parameter_types::text[] as types from pg_prepared_statements where name = 'plansmith_parameters'",
  );
  await database.run("deallocate plansmith_parameters");
  return row?.types ?? null;
}
