import { createHash } from "node:crypto";
import { literal, readableIdent } from "../domain/identifier.ts";
import { flagOf, keySql, tableSql, textOf, textsOf } from "./code-sql.ts";
import type { Value } from "./code-values.ts";
import { singular } from "./rails-words.ts";

type Options = ReadonlyMap<string, Value>;

function only(options: Options, known: readonly string[]): boolean {
  return [...options.keys()].every((name) => known.includes(name));
}

/** PostgreSQL keeps 63 bytes; Rails shortens longer names in ways of its own. */
const longestName = 62;

/** `add_index` and every index that a table's definition asks for; null when an option is not known. */
export function indexSql(table: string, keys: readonly string[], options: Options): string | null {
  const known = "unique name where algorithm using order include if_not_exists nulls_not_distinct opclass comment type".split(" ");
  if (!only(options, known)) return null;
  const perKey = (name: "order" | "opclass", key: string): string | null => {
    const value = options.get(name);
    if (value === undefined) return "";
    const text = value.kind === "map" ? textOf(value.named.get(key)) : textOf(value);
    return value.kind === "map" && !value.named.has(key) ? "" : text === null ? null : ` ${name === "order" ? text.toUpperCase() : text}`;
  };
  const parts = keys.map((key) => [keySql(key), perKey("opclass", key), perKey("order", key)]);
  if (parts.some((part) => part.includes(null))) return null;
  const simple = `index_${table.replaceAll(".", "_")}_on_${keys.join("_and_")}`;
  const name = textOf(options.get("name")) ?? (simple.length <= longestName && keys.every((key) => /^\w+$/.test(key)) ? simple : null);
  const include = options.has("include") ? textsOf(options.get("include")) : [];
  const where = textOf(options.get("where"));
  if (include === null || (options.has("where") && where === null)) return null;
  return [
    flagOf(options.get("unique")) === true ? "CREATE UNIQUE INDEX" : "CREATE INDEX",
    ...(textOf(options.get("algorithm")) === "concurrently" ? ["CONCURRENTLY"] : []),
    ...(flagOf(options.get("if_not_exists")) === true && name !== null ? ["IF NOT EXISTS"] : []),
    ...(name === null ? [] : [readableIdent(name)]),
    `ON ${tableSql(table)}`,
    ...(textOf(options.get("using")) === null ? [] : [`USING ${textOf(options.get("using"))}`]),
    `(${parts.map((part) => part.join("")).join(", ")})`,
    ...(include.length === 0 ? [] : [`INCLUDE (${include.map(readableIdent).join(", ")})`]),
    ...(flagOf(options.get("nulls_not_distinct")) === true ? ["NULLS NOT DISTINCT"] : []),
    ...(where === null ? [] : [`WHERE ${where}`]),
  ].join(" ");
}

/** Default name of an index, by which `remove_index` finds it. */
export function indexName(table: string, keys: readonly string[]): string {
  return `index_${table.replaceAll(".", "_")}_on_${keys.join("_and_")}`;
}

/** The name Rails gives a constraint without one: `fk_rails_` and ten digits of a hash (schema_statements.rb, foreign_key_name). */
export function foreignKeyName(table: string, column: string): string {
  return `fk_rails_${digits(`${table}_${column}_fk`)}`;
}

export function checkName(table: string, expression: string): string {
  return `chk_rails_${digits(`${table}_${expression}_chk`)}`;
}

function digits(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 10);
}

/** Column of a foreign key: the option's, else the target's name in the singular. */
export function foreignKeyColumn(target: string, options: Options): string | null {
  return options.has("column") ? textOf(options.get("column")) : `${singular(target.split(".").at(-1)!)}_id`;
}

/** `add_foreign_key`; null when an option is not known. */
export function foreignKeySql(table: string, target: string, options: Options): string | null {
  if (!only(options, ["column", "primary_key", "name", "on_delete", "on_update", "validate", "if_not_exists", "deferrable"])) return null;
  const column = foreignKeyColumn(target, options);
  const action = (name: "on_delete" | "on_update") => {
    const value = textOf(options.get(name));
    if (value === null) return [];
    return [
      `${name === "on_delete" ? "ON DELETE" : "ON UPDATE"} ${value === "nullify" ? "SET NULL" : value.replaceAll("_", " ").toUpperCase()}`,
    ];
  };
  if (
    column === null ||
    (options.has("deferrable") && textOf(options.get("deferrable")) === null && flagOf(options.get("deferrable")) === null)
  )
    return null;
  const name = textOf(options.get("name")) ?? foreignKeyName(table, column);
  return [
    `ALTER TABLE ${tableSql(table)} ADD CONSTRAINT ${readableIdent(name)} FOREIGN KEY (${readableIdent(column)})`,
    `REFERENCES ${tableSql(target)} (${readableIdent(textOf(options.get("primary_key")) ?? "id")})`,
    ...action("on_delete"),
    ...action("on_update"),
    ...(textOf(options.get("deferrable")) === null ? [] : [`DEFERRABLE INITIALLY ${textOf(options.get("deferrable"))!.toUpperCase()}`]),
    ...(flagOf(options.get("validate")) === false ? ["NOT VALID"] : []),
  ].join(" ");
}

/** `add_check_constraint`. */
export function checkSql(table: string, expression: string, options: Options): string | null {
  if (!only(options, ["name", "validate", "if_not_exists"])) return null;
  const name = textOf(options.get("name")) ?? checkName(table, expression);
  const open = flagOf(options.get("validate")) === false ? " NOT VALID" : "";
  return `ALTER TABLE ${tableSql(table)} ADD CONSTRAINT ${readableIdent(name)} CHECK (${expression})${open}`;
}

/** `create_enum`. */
export function enumSql(name: string, labels: readonly string[]): string {
  return `CREATE TYPE ${tableSql(name)} AS ENUM (${labels.map(literal).join(", ")})`;
}
