import type { Node } from "@pgsql/types";
import { ident, qualified } from "../domain/identifier.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { GuardedDatabase, GuardedStep, StepResult } from "../embedded/guarded-database.ts";
import type { HostTable, Rows } from "../hostile/generate-rows.ts";
import { substituteParameters } from "../syntax/parameters.ts";
import { type Comparison, compareResults, mostRows } from "./compare-results.ts";
import type { Host } from "./host-tables.ts";
import type { Mutant } from "./mutate-statement.ts";
import { asReader } from "./row-security.ts";
import type { KeyedStatement } from "./sort-keys.ts";

/** One small database and how it is asked. */
export interface Fixture {
  /** SET commands, without `local`. */
  readonly settings: readonly string[];
  readonly rows: Rows;
  /** `$1`, `$2`, … as SQL with a cast; NULL has one too. */
  readonly parameters: readonly string[];
}

/** What every fixture of one pair is put into. */
export interface Ground {
  readonly tables: readonly HostTable[];
  readonly materializedViews: readonly RelationName[];
  /** True when the statements change rows: then the tables' contents belong to the result. */
  readonly modifies: boolean;
  /** Makes a role from which row security hides rows, as the statements then run; empty: they see all. */
  readonly rowSecurity: readonly string[];
}

/** Two statements on ground that is made for them. */
export interface Pair {
  readonly before: string;
  readonly after: string;
  /** The first statement, parsed. */
  readonly tree: Node;
  /** It orders its rows at the top. */
  readonly ordered: boolean;
  /** The first statement with its sort keys; null when it has none, or none that can be shown. */
  readonly keyed: KeyedStatement | null;
  /** A LIMIT of the first statement has no ORDER BY. */
  readonly openLimit: boolean;
  readonly ground: Ground;
  readonly host: Host;
  readonly sessions: readonly (readonly string[])[];
  readonly mutants: readonly Mutant[];
  /** What their conditions come to is noted; null for statements too large for it. */
  readonly watched: { readonly trees: readonly Node[]; readonly notNull: ReadonlySet<string> } | null;
  /** Rows that LIMIT, OFFSET and compared counts speak of. */
  readonly counts: readonly number[];
  /** Relations in the larger FROM: rows multiply. */
  readonly width: number;
}

/** A statement to run on a fixture. */
export interface Asked {
  readonly sql: string;
  /** A query right behind it, in the same transaction, whose result stands for it. */
  readonly afterwards?: string;
}

/** What a statement gives on a fixture: its own result, and the contents of the tables after it when it may change them. */
export type Outcome = readonly StepResult[];

/**
 * Fills the tables, asks each statement on the same rows and takes everything back. Rows that the schema refuses are left out. Null
 * when it took longer than `timeoutMs`.
 */
export async function runFixture(
  database: GuardedDatabase,
  ground: Ground,
  fixture: Fixture,
  statements: readonly (string | Asked)[],
  timeoutMs: number,
): Promise<readonly Outcome[] | null> {
  const setUp = [
    "begin",
    "set constraints all immediate",
    ...fixture.settings.map((setting) => setting.replace(/^set /, "set local ")),
    ...insertSteps(ground, fixture),
    ...(ground.rowSecurity.length > 0 ? [asReader] : []),
    "savepoint plansmith",
  ];
  const contents = ground.modifies ? ground.tables.map((table) => `select * from ${table.name}`) : [];
  const asked = statements.flatMap((each) => {
    const { sql, afterwards } = typeof each === "string" ? { sql: each, afterwards: undefined } : each;
    const own = resultOf(boundSql(sql, fixture.parameters), ground.modifies);
    return [afterwards === undefined ? own : `${own}; ${afterwards}`, ...contents];
  });
  const steps: GuardedStep[] = [...setUp, ...asked, "rollback"].map((sql) => ({ sql }));
  const results = await database.steps(steps, timeoutMs);
  if (results === null) return null;
  const width = 1 + contents.length;
  return statements.map((_, at) => results.slice(setUp.length + at * width, setUp.length + (at + 1) * width));
}

/** A cursor, so that a join of everything with everything gives what is asked for and no more. */
function resultOf(sql: string, modifies: boolean): string {
  const fresh = "rollback to savepoint plansmith";
  if (modifies) return `${fresh}; ${sql}\n`;
  return `${fresh}; declare plansmith no scroll cursor for ${sql}\n; fetch ${mostRows + 1} from plansmith`;
}

/** The statement itself is wrong (class 42: syntax error or access rule violation; 0A: not supported), whatever the rows. */
export function fatal(outcome: Outcome): boolean {
  const [own] = outcome;
  return own?.kind === "error" && (own.sqlState === null || /^(42|0A|3F)/.test(own.sqlState));
}

/** The statement with values in place of `$n`; those without one stay. */
export function boundSql(sql: string, parameters: readonly string[]): string {
  return parameters.length === 0 ? sql : substituteParameters(sql, ({ number }) => parameters[number - 1] ?? null);
}

function insertSteps({ tables, materializedViews }: Ground, { rows }: Fixture): string[] {
  const filled = tables.flatMap((table) => {
    const values = rows.get(table.name) ?? [];
    return values.length === 0 ? [] : [tolerantInsert(table, values)];
  });
  return [...filled, ...materializedViews.map((view) => `refresh materialized view ${qualified(view)}`)];
}

/** `INSERT INTO t (a, b) OVERRIDING SYSTEM VALUE VALUES`. */
export function insertHead(table: HostTable): string {
  return `INSERT INTO ${table.name} (${table.columns.map((column) => ident(column.name)).join(", ")}) OVERRIDING SYSTEM VALUE VALUES`;
}

/** All rows at once; if the schema refuses one, each by itself, and the refused ones are left out. */
function tolerantInsert(table: HostTable, rows: readonly (readonly string[])[]): string {
  const head = insertHead(table);
  const tuples = rows.map((row) => `(${row.join(", ")})`);
  const oneByOne = tuples.map((tuple) => `begin ${head} ${tuple}; exception when others then null; end;`).join(" ");
  const all = `begin ${head} ${tuples.join(", ")}; exception when others then ${oneByOne} end;`;
  const tag = dollarTag(all);
  return `do ${tag}begin ${all} end${tag}`;
}

function dollarTag(text: string): string {
  let tag = "$rows$";
  for (let n = 1; text.includes(tag); n++) tag = `$rows${n}$`;
  return tag;
}

/** Results of the statement itself, then of each table it may have changed. */
export function compareOutcomes(before: Outcome, after: Outcome, ordered: boolean): Comparison {
  for (const [at, result] of before.entries()) {
    const other = after[at];
    const compared = other === undefined ? "error" : compareResults(result, other, ordered && at === 0);
    if (compared !== "same") return compared;
  }
  return "same";
}
