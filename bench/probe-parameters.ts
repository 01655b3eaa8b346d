import { liveSource } from "../src/collect/live-source.ts";
import type { StatementStats } from "../src/domain/snapshot.ts";
import { uncountedStatement } from "../src/domain/uncounted-statement.ts";
import { bootEmbedded } from "../src/embedded/embedded-database.ts";
import { bindParameters } from "../src/group/bind-parameters.ts";
import { group } from "../src/group/group.ts";
import { openShadowPlanner } from "../src/shadow/shadow-planner.ts";
import { openParser } from "../src/syntax/parse-sql.ts";

/** What came of one statement. */
export interface Probed {
  readonly sql: string;
  /** Kinds of bindings that were planned with values in place. */
  readonly bound: readonly string[];
  /** Whether the generic plan could be made. */
  readonly generic: boolean;
  /** Messages of bindings that PostgreSQL refused. */
  readonly refused: readonly string[];
  /** Why none was planned; null when one was. */
  readonly failure: string | null;
}

/** Binds and plans every statement in a shadow of the schema. */
export async function probeCorpus(schema: string, statements: readonly string[]): Promise<readonly Probed[]> {
  const database = await bootEmbedded();
  const parser = await openParser();
  try {
    await database.run(schema);
    const snapshot = await liveSource(database.session, {
      origin: "demo",
      top: 1000,
      minCalls: 0,
      includeSchemas: [],
      excludeSchemas: [],
      redactValues: false,
      readEnds: true,
      now: new Date("2025-12-01"),
      statements: statements.map(statementOf),
    }).read({});
    const planner = await openShadowPlanner(snapshot);
    try {
      const workload = await bindParameters(await group(snapshot, parser), snapshot, (sql) => planner.parameterTypes(sql));
      const families = new Map(workload.families.flatMap((family) => family.statements.map(({ sql }) => [sql, family] as const)));
      const probed: Probed[] = [];
      for (const sql of statements) {
        const bound: string[] = [];
        const refused: string[] = [];
        let generic = false;
        for (const example of families.get(sql)?.examples ?? []) {
          const isGeneric = example.kind === "generic";
          const outcome = await planner.plan(example.sql, { show: [], hide: [] }, { generic: isGeneric });
          if (isGeneric) generic = outcome.kind === "planned";
          else if (outcome.kind === "planned") bound.push(example.kind);
          else refused.push(`${example.kind}: ${outcome.message} in ${example.sql}`);
        }
        const skipped = workload.skipped.find((each) => each.sql === sql);
        const failure = bound.length > 0 ? null : (skipped?.detail ?? refused[0] ?? "no value is known for some parameter");
        probed.push({ sql, bound, generic, refused, failure });
      }
      return probed;
    } finally {
      await planner.close();
    }
  } finally {
    await parser.close();
    await database.close();
  }
}

function statementOf(sql: string): StatementStats {
  return { ...uncountedStatement(sql, null), totalExecTimeMs: 1 };
}
