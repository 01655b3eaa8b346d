import type { Catalog, Column, Relation } from "../domain/catalog.ts";
import { ident, literal, qualified } from "../domain/identifier.ts";
import { relationKey } from "../domain/postgres.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { parseArrayText } from "../syntax/array-text.ts";
import { applySteps, type Step } from "./apply-steps.ts";

/**
 * Two rows a table, one with the smallest and one with the largest value of every column. The planner asks a
 * B-tree for its ends when a constant lies near or past the histogram (get_actual_variable_range(), selfuncs.c);
 * with these rows it finds what it would find in production. Without them a range past the last bound was 9.6
 * times off (facts/shadow.md 4.4).
 * @returns keys of the relations that took their rows; a CHECK or a type without values may refuse them.
 */
export async function insertEndRows(database: EmbeddedDatabase, catalog: Catalog): Promise<Set<string>> {
  const steps = catalog.relations.flatMap((relation) => {
    // `rows` is null when nobody ever analysed: then there is no histogram to be near to.
    if (relation.kind !== "table" || relation.rows === null || relation.rows < 2) return [];
    return [endRowsStep(relation)];
  });
  await database.run("set session_replication_role = replica"); // triggers stay out of it
  try {
    const { failed } = await applySteps(database, steps);
    const refused = new Set(failed.map(({ step }) => step));
    return new Set(steps.filter((step) => !refused.has(step)).map((step) => relationKey(step.relation)));
  } finally {
    await database.run("reset session_replication_role");
  }
}

function endRowsStep(relation: Relation): Step & { readonly relation: Relation } {
  const all = relation.columns.filter((column) => column.generated === null);
  const indexed = new Set(relation.indexes.flatMap((index) => index.keys.flatMap((key) => key.column ?? [])));
  // Rows that break a CHECK: once more with only the columns an index can ask for, then one row instead of two.
  const needed = all.filter((column) => column.notNull || indexed.has(column.name));
  const insert = (columns: readonly Column[], ends: readonly End[]) => insertSql(relation, columns, ends, indexed);
  return {
    what: `end rows of ${qualified(relation)}`,
    relation,
    sql: insert(all, ["low", "high"]),
    otherwise: [insert(needed, ["low", "high"]), insert(needed, ["high"]), insert(needed, ["low"])],
  };
}

type End = "low" | "high";

function insertSql(relation: Relation, columns: readonly Column[], ends: readonly End[], indexed: ReadonlySet<string>): string {
  const values = new Map(ends.map((end) => [end, columns.map((column) => endSql(column, end, indexed.has(column.name)))]));
  // Rows equal in a unique key would keep the index from being made.
  const kept = ends.length === 2 && sameUniqueKey(relation, columns, values.get("low")!, values.get("high")!) ? ends.slice(1) : ends;
  const names = columns.map((column) => ident(column.name)).join(", ");
  const rows = kept.map((end) => `(${values.get(end)!.join(", ")})`).join(", ");
  if (columns.length === 0) return `insert into ${qualified(relation)} default values`;
  return `insert into ${qualified(relation)} (${names}) overriding system value values ${rows}`;
}

function sameUniqueKey(relation: Relation, columns: readonly Column[], low: readonly string[], high: readonly string[]): boolean {
  const position = new Map(columns.map((column, at) => [column.name, at]));
  return relation.indexes.some(
    (index) =>
      (index.unique || index.constraint?.kind === "exclusion") &&
      index.keys.every((key) => {
        const at = key.column === null ? undefined : position.get(key.column);
        return at !== undefined && low[at] === high[at] && (low[at] !== "null" || index.nullsNotDistinct);
      }),
  );
}

/** True end when it was read; else the end of what statistics show; else any value when there must be one. */
function endSql(column: Column, end: End, indexed: boolean): string {
  if (column.ends !== null) return literal(column.ends[end]);
  const bounds = boundOf(column.statistics?.histogramBounds ?? null, end);
  const common = column.statistics?.mostCommonValues ?? null;
  // The histogram leaves the most common values out, so that one of them may be the end: worth sorting them by the
  // type's own order where an index may be asked, or when they are all there is.
  if (common !== null && column.category !== "A" && (indexed || bounds === null)) return extremeSql(column, bounds, common, end);
  const value = bounds ?? boundOf(common, end);
  if (value !== null) return literal(value);
  return column.notNull ? blankSql(column) : "null";
}

function boundOf(values: string | null, end: End): string | null {
  if (values === null) return null;
  const elements = parseArrayText(values);
  return (end === "low" ? elements[0] : elements.at(-1)) ?? null;
}

function extremeSql(column: Column, bound: string | null, common: string, end: End): string {
  const values = `select unnest(${literal(common)}::text[])::${column.type} as v`;
  const all = bound === null ? values : `${values} union all select ${literal(bound)}::${column.type}`;
  return `(select v from (${all}) as e order by v ${end === "low" ? "asc" : "desc"} limit 1)`;
}

/** A value that the type accepts, for a NOT NULL column nothing is known of; by `pg_type.typcategory`. */
function blankSql(column: Column): string {
  const byType: Readonly<Record<string, string>> = {
    json: "'{}'",
    jsonb: "'{}'",
    uuid: "'00000000-0000-0000-0000-000000000000'",
    bytea: "''",
    tsvector: "''",
    hstore: "''",
    point: "'(0,0)'",
    box: "'((0,0),(1,1))'",
  };
  const byCategory: Readonly<Record<string, string>> = {
    S: "''",
    N: "'0'",
    A: "'{}'",
    B: "'false'",
    D: "'2000-01-01'",
    T: "'0'",
    I: "'0.0.0.0'",
    R: "'empty'",
    V: "'0'",
    E: `(enum_range(null::${column.type}))[1]`,
  };
  if (["time", "timetz"].includes(column.baseType)) return "'00:00'";
  return byType[column.baseType] ?? byCategory[column.category] ?? "null";
}
