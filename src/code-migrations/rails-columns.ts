import { readableIdent } from "../domain/identifier.ts";
import { flagOf, isNothing, literalSql, onlyNamed, type Sql, tableSql, textOf, textsOf } from "./code-sql.ts";
import type { Arguments, Value } from "./code-values.ts";
import { foreignKeySql, indexSql } from "./rails-keys.ts";
import { plural } from "./rails-words.ts";

/** Types of Active Record's PostgreSQL adapter (NATIVE_DATABASE_TYPES, 7.x); timestamps have six digits since 7.0. */
const types: Readonly<Record<string, string>> = {
  string: "character varying",
  text: "text",
  integer: "integer",
  bigint: "bigint",
  float: "double precision",
  decimal: "numeric",
  numeric: "numeric",
  datetime: "timestamp(6)",
  timestamp: "timestamp(6)",
  timestamptz: "timestamptz(6)",
  date: "date",
  time: "time",
  binary: "bytea",
  boolean: "boolean",
  serial: "serial",
  bigserial: "bigserial",
  ...Object.fromEntries(
    "json jsonb uuid inet cidr macaddr citext hstore xml tsvector tsquery interval money point daterange int4range int8range numrange tsrange tstzrange"
      .split(" ")
      .map((name) => [name, name]),
  ),
};

/** What a migration's version decides: `ActiveRecord::Migration[6.1]` (compatibility.rb). */
export interface RailsVersion {
  /** Before 5.1 keys and references are integer. */
  readonly bigKeys: boolean;
  /** Since 7.0 timestamps have six digits. */
  readonly preciseTimestamps: boolean;
}

const columnOptions = ["null", "default", "limit", "precision", "scale", "array", "comment", "if_not_exists", "index", "collation"];

/** Type of a column; null for one that is not known here. */
export function typeSql(type: string, { named }: Arguments, version: RailsVersion): string | null {
  const [limit, precision, scale] = ["limit", "precision", "scale"].map((name) => named.get(name));
  const count = (value: Value | undefined) => (value?.kind === "number" ? value.text : null);
  let sql: string | null = types[type] ?? (/^[a-z][a-z ]*(\([\d, ]+\))?$/.test(type) && type.includes("(") ? type : null);
  if (sql === null) return null;
  if (!version.preciseTimestamps) sql = sql.replace("(6)", "");
  if (type === "string" && count(limit)) sql = `character varying(${count(limit)})`;
  if (type === "integer" && count(limit))
    sql = ({ 1: "smallint", 2: "smallint", 8: "bigint" } as Record<string, string>)[count(limit)!] ?? sql;
  if (/^(decimal|numeric)$/.test(type) && count(precision)) sql = `numeric(${count(precision)}${count(scale) ? `, ${count(scale)}` : ""})`;
  if (/^(datetime|timestamp|timestamptz)$/.test(type) && precision !== undefined)
    sql = `${sql.replace(/\(6\)/, "")}${count(precision) ? `(${count(precision)})` : ""}`;
  return flagOf(named.get("array")) === true ? `${sql}[]` : sql;
}

/** `name type DEFAULT … NOT NULL`; null when a part is not understood. */
export function columnSql(name: string, type: string, given: Arguments, version: RailsVersion): string | null {
  const sql = typeSql(type, given, version);
  if (sql === null || !onlyNamed(given, columnOptions)) return null;
  const value = given.named.get("default");
  const standard = value === undefined ? null : literalSql(value);
  if (value !== undefined && standard === null) return null;
  const collation = textOf(given.named.get("collation"));
  return [
    readableIdent(name),
    sql,
    ...(collation === null ? [] : [`COLLATE "${collation}"`]),
    ...(standard === null || standard === "NULL" ? [] : [`DEFAULT ${standard}`]),
    ...(flagOf(given.named.get("null")) === false ? ["NOT NULL"] : []),
  ].join(" ");
}

/** A reference: its column (and type), then what is made beside it: an index unless refused, a foreign key when asked for. */
export function referenceSql(
  table: string,
  name: string,
  { given, version }: { readonly given: Arguments; readonly version: RailsVersion },
): { readonly columns: readonly string[]; readonly after: readonly string[] } | null {
  const { named } = given;
  const known = ["null", "default", "type", "index", "foreign_key", "polymorphic", "comment", "if_not_exists"];
  if (!onlyNamed(given, known)) return null;
  const polymorphic = named.get("polymorphic");
  if (polymorphic !== undefined && flagOf(polymorphic) === null) return null;
  const isPolymorphic = polymorphic !== undefined && flagOf(polymorphic) === true;
  const own = new Map([...named].filter(([key]) => ["null", "default"].includes(key)));
  const id = columnSql(
    `${name}_id`,
    textOf(named.get("type")) ?? (version.bigKeys ? "bigint" : "integer"),
    { positional: [], named: own },
    version,
  );
  const kind = isPolymorphic ? columnSql(`${name}_type`, "string", { positional: [], named: own }, version) : null;
  if (id === null) return null;
  const index = named.get("index");
  const keys = isPolymorphic ? [`${name}_type`, `${name}_id`] : [`${name}_id`];
  const after: (string | null)[] = [];
  if (index === undefined || !isNothing(index)) {
    const options = index?.kind === "map" ? index.named : new Map<string, Value>();
    after.push(indexSql(table, keys, options));
  }
  const key = named.get("foreign_key");
  if (key !== undefined && !isNothing(key)) {
    const options = key.kind === "map" ? key.named : new Map<string, Value>();
    const target = textOf(options.get("to_table")) ?? plural(name);
    after.push(
      foreignKeySql(
        table,
        target,
        new Map([["column", { kind: "text", text: `${name}_id` } as Value], ...[...options].filter(([option]) => option !== "to_table")]),
      ),
    );
  }
  return after.every((each) => each !== null) ? { columns: [...(kind === null ? [] : [kind]), id], after } : null;
}

/** A `t.…` line of a block. */
export interface TableLine {
  readonly method: string;
  readonly given: Arguments;
}

/** `create_table` with the lines of its block. */
export function createTableSql(given: Arguments, lines: readonly TableLine[], version: RailsVersion): Sql {
  const table = textOf(given.positional[0]);
  if (table === null || !onlyNamed(given, ["id", "primary_key", "force", "if_not_exists", "comment", "options"])) return null;
  const columns: string[] = [];
  const after: string[] = [];
  const id = given.named.get("id");
  const idName = given.named.get("primary_key");
  if (idName?.kind === "list") {
    const names = textsOf(idName);
    if (names === null) return null;
    after.push(`ALTER TABLE ${tableSql(table)} ADD PRIMARY KEY (${names.map(readableIdent).join(", ")})`);
  } else if (!(id?.kind === "word" && id.text === "false")) {
    const type = textOf(id) ?? (version.bigKeys ? "bigserial" : "serial");
    const sql =
      type === "uuid" ? "uuid DEFAULT gen_random_uuid()" : type === "integer" ? "serial" : type === "bigint" ? "bigserial" : types[type];
    if (sql === undefined) return null;
    columns.push(`${readableIdent(textOf(idName) ?? "id")} ${sql} PRIMARY KEY`);
  }
  for (const { method, given: own } of lines) {
    const part = tableLine(table, { method, given: own }, version);
    if (part === null) return null;
    columns.push(...part.columns);
    after.push(...part.after);
  }
  const exists = flagOf(given.named.get("if_not_exists")) === true ? "IF NOT EXISTS " : "";
  return [`CREATE TABLE ${exists}${tableSql(table)} (${columns.join(", ")})`, ...after];
}

/** One `t.…` line: what stands in the table's list, and what comes after it. */
export function tableLine(
  table: string,
  { method, given }: TableLine,
  version: RailsVersion,
): { readonly columns: readonly string[]; readonly after: readonly string[] } | null {
  const names = given.positional.map(textOf);
  if (!names.every((each) => each !== null) && method !== "index" && method !== "check_constraint") return null;
  switch (method) {
    case "timestamps": {
      const nullable = flagOf(given.named.get("null")) === true ? "" : " NOT NULL";
      if (!onlyNamed(given, ["null", "precision"])) return null;
      const columns = ["created_at", "updated_at"].map(
        (name) => typeSql("datetime", given, version) && `${name} ${typeSql("datetime", given, version)}${nullable}`,
      );
      return columns.every((each) => each !== null) ? { columns, after: [] } : null;
    }
    case "references":
    case "belongs_to": {
      const parts = names.map((name) => referenceSql(table, name!, { given, version }));
      if (!parts.every((part) => part !== null)) return null;
      return { columns: parts.flatMap((part) => part.columns), after: parts.flatMap((part) => part.after) };
    }
    case "index": {
      const keys = textsOf(given.positional[0]);
      const sql = keys === null ? null : indexSql(table, keys, given.named);
      return sql === null ? null : { columns: [], after: [sql] };
    }
    case "check_constraint": {
      const expression = textOf(given.positional[0]);
      const name = textOf(given.named.get("name"));
      return expression === null
        ? null
        : { columns: [`${name === null ? "" : `CONSTRAINT ${readableIdent(name)} `}CHECK (${expression})`], after: [] };
    }
    case "column": {
      const [name, type] = names;
      const sql = name && type ? columnSql(name, type, given, version) : null;
      return sql === null ? null : { columns: [sql], after: ownIndex(table, [name!], given) };
    }
    default: {
      const columns = names.map((name) => columnSql(name!, method, given, version));
      return columns.every((each) => each !== null) && columns.length > 0
        ? { columns, after: ownIndex(table, names as string[], given) }
        : null;
    }
  }
}

/** `index: true` or its options beside a column. */
function ownIndex(table: string, names: readonly string[], { named }: Arguments): string[] {
  const index = named.get("index");
  if (isNothing(index)) return [];
  return names.flatMap((name) => indexSql(table, [name], index?.kind === "map" ? index.named : new Map()) ?? []);
}
