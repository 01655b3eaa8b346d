import type { Finding } from "../domain/report.ts";
import type { AddedStatement } from "../domain/review.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { uncountedStatement } from "../domain/uncounted-statement.ts";
import { bytes, change, cost } from "../domain/units.ts";
import { finding, reviewChecks } from "./finding.ts";
import { indexSqlFor } from "./index-sql-for.ts";
import type { Run, RunTools } from "./run-files.ts";

/** A statement that the change adds to the application. */
export interface AddedText {
  /** `src/orders.ts:41`. */
  readonly place: string;
  readonly sql: string;
}

/** Plans the statements that the change adds on the schema that the migration leaves, and asks for indexes that serve them. */
export async function adviseAdded(
  run: Run,
  added: readonly AddedText[],
  tools: RunTools,
): Promise<{ readonly statements: readonly AddedStatement[]; readonly findings: readonly Finding[] }> {
  if (added.length === 0) return { statements: [], findings: [] };
  if (run.after === null) {
    const problem = "no schema with figures is known: give --snapshot, or --schema with figures";
    return { statements: added.map((each) => ({ ...each, cost: null, problem, advice: [] })), findings: [] };
  }
  const keys = await keysOf(added, tools);
  const report = await tools.advise(withStatements(run.after, added, keys));
  const families = new Map(report.families.map((family) => [family.place, family]));
  const skips = new Map(report.skipped.map((skipped) => [skipped.place, skipped]));
  const statements = added.map((each, at): AddedStatement => {
    const family = families.get(keys[at]!);
    const skipped = skips.get(keys[at]!);
    const advice = report.recommendations.flatMap(({ candidate, price, benefit }) => {
      const effect = benefit.families.find((one) => one.family === family?.id);
      if (candidate.change.kind !== "create-index" || !effect) return [];
      return [{ sql: indexSqlFor(candidate.change.index, run), costAfter: effect.costAfter, bytes: price.indexBytes }];
    });
    return { ...each, cost: family?.costBefore ?? null, problem: family ? null : (skipped?.detail ?? "it could not be planned"), advice };
  });
  return { statements, findings: statements.flatMap(findingsOf) };
}

/** One key for all texts of one statement, which are planned as one: two may stand on one line, and one in two files. */
async function keysOf(added: readonly AddedText[], { parser }: RunTools): Promise<readonly string[]> {
  const first = new Map<string, string>();
  const keys: string[] = [];
  for (const [at, { sql }] of added.entries()) {
    const statement = (await parser.fingerprint(sql)) ?? sql;
    const key = first.get(statement) ?? `added ${at}`;
    first.set(statement, key);
    keys.push(key);
  }
  return keys;
}

function withStatements(snapshot: Snapshot, added: readonly AddedText[], keys: readonly string[]): Snapshot {
  return {
    ...snapshot,
    statements: added.flatMap(({ sql }, at) => (keys[at] === `added ${at}` ? [uncountedStatement(sql, `added ${at}`)] : [])),
  };
}

function findingsOf(statement: AddedStatement): Finding[] {
  const place = placeOf(statement.place);
  if (statement.problem !== null) {
    // A column, a type or a function that is not there. A relation that is not may be another database's, or the text no SQL at all.
    if (!/SQLSTATE (42703|42702|42804|42883)/.test(statement.problem)) return [];
    return [
      finding({
        check: reviewChecks.addedBreaks,
        place,
        message: `PostgreSQL refuses it on the new schema: ${statement.problem}`,
        key: statement.sql,
      }),
    ];
  }
  const [best] = statement.advice;
  if (!best || statement.cost === null) return [];
  return [
    finding({
      check: reviewChecks.missingIndex,
      place,
      message: `An index would take its cost from ${cost(statement.cost)} to ${cost(best.costAfter)} (${change(statement.cost, best.costAfter)}, estimated), for about ${bytes(best.bytes)}`,
      help: "Create the index in a migration of its own, before the code that needs it",
      safer: statement.advice.map((each) => each.sql),
      key: statement.sql,
    }),
  ];
}

function placeOf(place: string): Finding["place"] {
  const match = /^(.*):(\d+)$/.exec(place);
  return match ? { file: match[1]!, line: Number(match[2]), column: 1 } : null;
}
