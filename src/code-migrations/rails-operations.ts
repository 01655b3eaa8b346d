import { literal, readableIdent } from "../domain/identifier.ts";
import { flagOf, isNothing, literalSql, onlyNamed, type Sql, tableSql, textOf, textsOf } from "./code-sql.ts";
import type { Arguments } from "./code-values.ts";
import { columnSql, type RailsVersion, referenceSql, type TableLine, tableLine, typeSql } from "./rails-columns.ts";
import { checkName, checkSql, enumSql, foreignKeyColumn, foreignKeyName, foreignKeySql, indexName, indexSql } from "./rails-keys.ts";

/** What a schema statement of Active Record becomes, as its PostgreSQL adapter writes it; null when it is not understood. */
export function railsSql({ method, given }: TableLine, version: RailsVersion): Sql {
  const operation = operations[method];
  return operation ? operation(given, version) : null;
}

/** `t.…` in a `change_table` block: the statement about the table that it stands for. */
export function changeTableSql(table: string, line: TableLine, version: RailsVersion): Sql {
  const { method, given } = line;
  const statement = inTable[method];
  const first = { kind: "text", text: table } as const;
  if (statement) return railsSql({ method: statement, given: { ...given, positional: [first, ...given.positional] } }, version);
  const parts = tableLine(table, line, version);
  return parts === null ? null : [...parts.columns.map((column) => addColumn(table, column, given)), ...parts.after];
}

const inTable: Readonly<Record<string, string>> = {
  index: "add_index",
  remove: "remove_columns",
  remove_index: "remove_index",
  rename: "rename_column",
  change: "change_column",
  change_null: "change_column_null",
  change_default: "change_column_default",
  foreign_key: "add_foreign_key",
  check_constraint: "add_check_constraint",
};

const operations: Readonly<Record<string, (given: Arguments, version: RailsVersion) => Sql>> = {
  add_index(given) {
    const [table, keys] = [textOf(given.positional[0]), textsOf(given.positional[1])];
    return table === null || keys === null ? null : one(indexSql(table, keys, given.named));
  },
  remove_index(given) {
    const table = textOf(given.positional[0]);
    const keys = textsOf(given.positional[1] ?? given.named.get("column"));
    const name = textOf(given.named.get("name")) ?? (table === null || keys === null ? null : indexName(table, keys));
    if (table === null || name === null || !onlyNamed(given, ["name", "column", "algorithm", "if_exists", "unique", "where", "using"]))
      return null;
    const schema = table.includes(".") ? `${table.split(".")[0]}.` : "";
    const how = textOf(given.named.get("algorithm")) === "concurrently" ? "CONCURRENTLY " : "";
    return [`DROP INDEX ${how}${named(given)}${tableSql(schema + name)}`];
  },
  rename_index: (given) => withTexts(given, 3, ([, from, to]) => [`ALTER INDEX ${tableSql(from!)} RENAME TO ${readableIdent(to!)}`]),
  add_column(given, version) {
    const [table, name, type] = given.positional.map(textOf);
    const sql = table && name && type ? columnSql(name, type, given, version) : null;
    return sql === null ? null : [addColumn(table!, sql, given)];
  },
  remove_column: (given) =>
    withTexts({ ...given, positional: given.positional.slice(0, 2) }, 2, ([table, name]) => [
      `ALTER TABLE ${tableSql(table!)} DROP COLUMN ${ifExists(given)}${readableIdent(name!)}`,
    ]),
  remove_columns(given) {
    const [table, ...names] = given.positional.map(textOf);
    if (!table || names.length === 0 || !names.every((name) => name !== null)) return null;
    return [`ALTER TABLE ${tableSql(table)} ${names.map((name) => `DROP COLUMN ${readableIdent(name)}`).join(", ")}`];
  },
  remove_timestamps: (given) =>
    withTexts(given, 1, ([table]) => [`ALTER TABLE ${tableSql(table!)} DROP COLUMN updated_at, DROP COLUMN created_at`]),
  rename_column: (given) =>
    withTexts(given, 3, ([table, from, to]) => [
      `ALTER TABLE ${tableSql(table!)} RENAME COLUMN ${readableIdent(from!)} TO ${readableIdent(to!)}`,
    ]),
  rename_table: (given) => withTexts(given, 2, ([from, to]) => [`ALTER TABLE ${tableSql(from!)} RENAME TO ${readableIdent(to!)}`]),
  drop_table(given) {
    const tables = given.positional.map(textOf);
    if (tables.length === 0 || !tables.every((table) => table !== null)) return null;
    const cascade = textOf(given.named.get("force")) === "cascade" ? " CASCADE" : "";
    return tables.map((table) => `DROP TABLE ${ifExists(given)}${tableSql(table)}${cascade}`);
  },
  change_column(given, version) {
    const [table, name, type] = given.positional.map(textOf);
    const { named } = given;
    if (!table || !name || !type || !onlyNamed(given, ["limit", "precision", "scale", "array", "null", "default", "using"])) return null;
    const sql = typeSql(type, given, version);
    const value = named.get("default");
    const standard = value === undefined ? undefined : literalSql(value);
    const using = textOf(named.get("using"));
    if (sql === null || standard === null || (named.has("using") && using === null)) return null;
    const column = `ALTER COLUMN ${readableIdent(name)}`;
    const nullable = flagOf(named.get("null"));
    return [
      `ALTER TABLE ${tableSql(table)} ${[
        `${column} TYPE ${sql}${using === null ? "" : ` USING ${using}`}`,
        ...(standard === undefined ? [] : [standard === "NULL" ? `${column} DROP DEFAULT` : `${column} SET DEFAULT ${standard}`]),
        ...(nullable === null ? [] : [`${column} ${nullable ? "DROP" : "SET"} NOT NULL`]),
      ].join(", ")}`,
    ];
  },
  change_column_null(given) {
    const [table, name] = given.positional.slice(0, 2).map(textOf);
    const nullable = flagOf(given.positional[2]);
    const value = given.positional[3] === undefined || isNothing(given.positional[3]) ? undefined : literalSql(given.positional[3]);
    if (!table || !name || nullable === null || value === null) return null;
    const fill =
      !nullable && value !== undefined
        ? [`UPDATE ${tableSql(table)} SET ${readableIdent(name)} = ${value} WHERE ${readableIdent(name)} IS NULL`]
        : [];
    return [...fill, `ALTER TABLE ${tableSql(table)} ALTER COLUMN ${readableIdent(name)} ${nullable ? "DROP" : "SET"} NOT NULL`];
  },
  change_column_default(given) {
    const [table, name] = given.positional.slice(0, 2).map(textOf);
    const value = given.positional[2] ?? given.named.get("to");
    const both = value?.kind === "map" ? value.named.get("to") : value;
    const sql = both === undefined ? null : literalSql(both);
    if (!table || !name || sql === null) return null;
    return [`ALTER TABLE ${tableSql(table)} ALTER COLUMN ${readableIdent(name)} ${sql === "NULL" ? "DROP DEFAULT" : `SET DEFAULT ${sql}`}`];
  },
  add_foreign_key(given) {
    const [table, target] = given.positional.map(textOf);
    return table && target ? one(foreignKeySql(table, target, given.named)) : null;
  },
  remove_foreign_key(given) {
    const [table, target] = given.positional.map(textOf);
    const column = target || given.named.has("column") ? foreignKeyColumn(target ?? "", given.named) : null;
    const name = textOf(given.named.get("name")) ?? (table && column ? foreignKeyName(table, column) : null);
    return table && name ? [`ALTER TABLE ${tableSql(table)} DROP CONSTRAINT ${named(given)}${readableIdent(name)}`] : null;
  },
  validate_foreign_key(given) {
    const [table, target] = given.positional.map(textOf);
    const column = target || given.named.has("column") ? foreignKeyColumn(target ?? "", given.named) : null;
    return validate(table, textOf(given.named.get("name")) ?? (table && column ? foreignKeyName(table, column) : null));
  },
  add_check_constraint(given) {
    const [table, expression] = given.positional.map(textOf);
    return table && expression ? one(checkSql(table, expression, given.named)) : null;
  },
  remove_check_constraint(given) {
    const [table, expression] = given.positional.map(textOf);
    const name = textOf(given.named.get("name")) ?? (table && expression ? checkName(table, expression) : null);
    return table && name ? [`ALTER TABLE ${tableSql(table)} DROP CONSTRAINT ${ifExists(given)}${readableIdent(name)}`] : null;
  },
  validate_check_constraint: (given) => validate(textOf(given.positional[0]), textOf(given.named.get("name"))),
  validate_constraint: (given) => validate(textOf(given.positional[0]), textOf(given.positional[1])),
  add_reference(given, version) {
    const [table, name] = given.positional.map(textOf);
    const parts = table && name ? referenceSql(table, name, { given, version }) : null;
    return parts === null ? null : [...parts.columns.map((column) => addColumn(table!, column, given)), ...parts.after];
  },
  add_belongs_to: (given, version) => railsSql({ method: "add_reference", given }, version),
  remove_reference: (given) =>
    withTexts(given, 2, ([table, name]) => [`ALTER TABLE ${tableSql(table!)} DROP COLUMN ${readableIdent(`${name}_id`)}`]),
  add_timestamps(given, version) {
    const table = textOf(given.positional[0]);
    const parts =
      table === null ? null : tableLine(table, { method: "timestamps", given: { positional: [], named: given.named } }, version);
    return parts === null ? null : parts.columns.map((column) => `ALTER TABLE ${tableSql(table!)} ADD COLUMN ${column}`);
  },
  enable_extension: (given) => withTexts(given, 1, ([name]) => [`CREATE EXTENSION IF NOT EXISTS "${name}"`]),
  disable_extension: (given) => withTexts(given, 1, ([name]) => [`DROP EXTENSION IF EXISTS "${name}" CASCADE`]),
  create_enum(given) {
    const [name, labels] = [textOf(given.positional[0]), textsOf(given.positional[1])];
    return name === null || labels === null ? null : [enumSql(name, labels)];
  },
  add_enum_value: (given) =>
    withTexts(given, 2, ([name, label]) => (given.named.size > 0 ? null : [`ALTER TYPE ${tableSql(name!)} ADD VALUE ${literal(label!)}`])),
  drop_enum: (given) =>
    withTexts({ ...given, positional: given.positional.slice(0, 1) }, 1, ([name]) => [`DROP TYPE ${ifExists(given)}${tableSql(name!)}`]),
  execute: (given) => withTexts(given, 1, ([sql]) => [sql!]),
};

function addColumn(table: string, column: string, given: Arguments): string {
  return `ALTER TABLE ${tableSql(table)} ADD COLUMN ${flagOf(given.named.get("if_not_exists")) === true ? "IF NOT EXISTS " : ""}${column}`;
}

function ifExists({ named }: Arguments): string {
  return flagOf(named.get("if_exists")) === true ? "IF EXISTS " : "";
}

/** Rails looks for what has these columns, whatever its name is: the usual name may be wrong, and then nothing is known of it. */
function named(given: Arguments): string {
  return given.named.has("name") ? ifExists(given) : "IF EXISTS ";
}

function validate(table: string | null | undefined, name: string | null): Sql {
  return table && name ? [`ALTER TABLE ${tableSql(table)} VALIDATE CONSTRAINT ${readableIdent(name)}`] : null;
}

function one(sql: string | null): Sql {
  return sql === null ? null : [sql];
}

/** So many texts in front, and nothing else. */
function withTexts(given: Arguments, count: number, make: (texts: readonly string[]) => Sql): Sql {
  const texts = given.positional.map(textOf);
  return texts.length >= count && texts.every((text) => text !== null) ? make(texts) : null;
}
