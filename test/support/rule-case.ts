import { readFileSync } from "node:fs";

/**
 * One case of a rule: `rules/<kind>/<name>/cases/fires-*.sql` or `quiet-*.sql`.
 *
 *   -- orders rows=2000000 customer_id.distinct=40000 status.common=done:0.9|failed:0.01
 *   -- context postgres=16 countingDays=60
 *   create table orders (…);
 *   -- statement
 *   select … where status = $1;
 *   -- expect
 *   create index on public.orders (customer_id, status);
 *   drop index public.orders_old;
 *   refuse create index on public.orders (status);
 *
 * The schema part is run as it stands (it may insert rows and ANALYZE). Comment lines in it of the form
 * `-- <relation or index> key=value …` then set figures as a snapshot of a large server would have them:
 * relation: rows pages inserts updates hotUpdates deletes; index: scans bytes; column, as `<column>.`: distinct
 * (as in pg_stats: −1 = unique), nulls, width, correlation, common=value:frequency|…, range=low..high.
 * A case of a rule that only inspects relations has no statement part. `-- expect` lists what must be among the
 * proposals, `-- expect exactly` all of them; without either a quiet case only must propose no change.
 */
export interface RuleCase {
  readonly fires: boolean;
  readonly schema: string;
  readonly figures: readonly Figures[];
  readonly postgres: number | null;
  readonly countingDays: number | null;
  readonly statement: string | null;
  readonly expected: readonly Expected[];
  readonly exactly: boolean;
}

export interface Figures {
  readonly name: string;
  readonly values: ReadonlyMap<string, string>;
}

export interface Expected {
  readonly kind: "create" | "drop" | "refuse";
  readonly sql: string;
}

export function readRuleCase(path: string): RuleCase {
  return parseRuleCase(readFileSync(path, "utf8"), path);
}

export function parseRuleCase(text: string, path: string): RuleCase {
  const [schema = "", statement, expected, exactly] = parts(text);
  const figures = schema.split("\n").flatMap((line) => figuresOf(line));
  const context = figures.find((each) => each.name === "context")?.values;
  const name = path.split("/").at(-1) ?? path;
  if (!/^(fires|quiet)-/.test(name)) throw new Error(`${path}: a case is named fires-… or quiet-…`);
  return {
    fires: name.startsWith("fires-"),
    schema,
    figures: figures.filter((each) => each.name !== "context"),
    postgres: numberOf(context?.get("postgres")),
    countingDays: numberOf(context?.get("countingDays")),
    statement: statement === undefined ? null : statement.trim(),
    expected: (expected ?? "")
      .split(/;\s*(?:\n|$)/)
      .map((each) => each.trim())
      .filter((each) => each !== "")
      .map(expectation),
    exactly: exactly !== undefined,
  };
}

/** Schema, statement, expectations, and whether these are all. */
function parts(text: string): [schema: string, statement?: string, expected?: string, exactly?: string] {
  const [before = "", expected] = text.split(/^-- expect(?: exactly)?[ \t]*$/m);
  const exactly = /^-- expect exactly[ \t]*$/m.test(text) ? "exactly" : undefined;
  const [schema = "", statement] = before.split(/^-- statement[ \t]*$/m);
  return [schema, ...([statement, expected, exactly] as [string?, string?, string?])];
}

function figuresOf(line: string): Figures[] {
  const [, name, rest] = /^--\s+([\w."]+)((?:\s+[\w.]+=\S+)+)\s*$/.exec(line) ?? [];
  if (name === undefined || rest === undefined) return [];
  const pairs = rest.trim().split(/\s+/);
  return [{ name, values: new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)])) }];
}

function expectation(text: string): Expected {
  if (/^refuse\s/i.test(text)) return { kind: "refuse", sql: text.replace(/^refuse\s+/i, "") };
  return { kind: /^drop\s/i.test(text) ? "drop" : "create", sql: text };
}

function numberOf(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}
