import type { StepResult } from "../embedded/guarded-database.ts";
import { boundSql, type Fixture, type Ground, insertHead, type Outcome } from "./fixture.ts";
import { asReader } from "./row-security.ts";
import type { CounterExample, ShownResult } from "./verdict.ts";

export interface Shown {
  readonly kind: CounterExample["kind"];
  readonly explanation: string;
  readonly fixture: Fixture;
  readonly ground: Ground;
  readonly sql: { readonly before: string; readonly after: string };
  readonly outcomes: { readonly before: Outcome; readonly after: Outcome };
}

/** Rows shown of a result; the whole of it comes from running the script. */
const mostShown = 20;

/** A difference as a person can run it. */
export function counterExample(shown: Shown): CounterExample {
  const { fixture, ground } = shown;
  const inserts = ground.tables.flatMap((table) =>
    (fixture.rows.get(table.name) ?? []).map((row) => `${insertHead(table)} (${row.map((value) => value.trim()).join(", ")});`),
  );
  // Where the statements change rows and return the same, the difference is in a table.
  const at = Math.max(
    0,
    shown.outcomes.before.findIndex((result, index) => JSON.stringify(result) !== JSON.stringify(shown.outcomes.after[index])),
  );
  return {
    kind: shown.kind,
    explanation: shown.explanation,
    settings: fixture.settings.map((setting) => `${setting};`),
    inserts,
    parameters: fixture.parameters,
    before: shownResult(shown.outcomes.before[at]),
    after: shownResult(shown.outcomes.after[at]),
    script: script(shown, inserts),
  };
}

function script({ fixture, ground, sql }: Shown, inserts: readonly string[]): string {
  const ask = (text: string) => {
    const statement = `${boundSql(text, fixture.parameters)};`;
    if (!ground.modifies) return [statement];
    return [
      "SAVEPOINT plansmith;",
      statement,
      ...ground.tables.map((table) => `SELECT * FROM ${table.name};`),
      "ROLLBACK TO SAVEPOINT plansmith;",
    ];
  };
  return [
    "BEGIN;",
    ...fixture.settings.map((setting) => `${setting.replace(/^set /, "SET LOCAL ")};`),
    ...inserts,
    ...ground.materializedViews.map((view) => `REFRESH MATERIALIZED VIEW ${JSON.stringify(view.schema)}.${JSON.stringify(view.name)};`),
    ...(ground.rowSecurity.length === 0
      ? []
      : ["-- as a role from which row security hides rows", ...[...ground.rowSecurity, asReader].map((command) => `${command};`)]),
    "-- before",
    ...ask(sql.before),
    "-- after",
    ...ask(sql.after),
    "ROLLBACK;",
  ].join("\n");
}

export function shownResult(result: StepResult | undefined): ShownResult {
  if (result === undefined) return { kind: "error", sqlState: null, message: "not run" };
  if (result.kind === "error") return result;
  return {
    kind: "rows",
    columns: result.columns.map((column) => column.name),
    rows: result.rows.slice(0, mostShown),
    rowCount: result.rows.length,
  };
}
