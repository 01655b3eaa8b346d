import { readableIdent } from "../domain/identifier.ts";
import { columnSql, constraintSql, defaultSql, nameOf, typeSql } from "./alembic-columns.ts";
import { flagOf, isNothing, keySql, onlyNamed, type Sql, tableSql, textOf, textsOf } from "./code-sql.ts";
import type { Arguments, Value } from "./code-values.ts";

/** What an operation of Alembic becomes on PostgreSQL; null when it is not understood. `batch`: the table of `batch_alter_table`. */
export function alembicSql(method: string, given: Arguments, batch: string | null): Sql {
  const operation = operations[method];
  if (!operation) return null;
  const table = { kind: "text", text: batch ?? "" } as const;
  const at = tablePosition[method];
  if (batch === null || at === undefined) return operation(given);
  return operation({ ...given, positional: [...given.positional.slice(0, at), table, ...given.positional.slice(at)] });
}

/** Where the table stands among the arguments, which a batch leaves out. */
const tablePosition: Readonly<Record<string, number>> = {
  add_column: 0,
  drop_column: 0,
  alter_column: 0,
  create_index: 1,
  drop_index: 1,
  create_foreign_key: 1,
  create_unique_constraint: 1,
  create_check_constraint: 1,
  drop_constraint: 1,
};

const operations: Readonly<Record<string, (given: Arguments) => Sql>> = {
  execute(given) {
    const [value] = given.positional;
    const sql = value?.kind === "call" && /(?:^|\.)text$/.test(value.name) ? textOf(value.given.positional[0]) : textOf(value);
    return sql === null ? null : [sql];
  },
  create_index(given) {
    const { named } = given;
    const known =
      "unique schema postgresql_concurrently postgresql_where postgresql_using postgresql_include postgresql_ops if_not_exists".split(" ");
    const [name, table] = [nameOf(given.positional[0]), target(given.positional[1], named)];
    const keys = given.positional[2]?.kind === "list" ? given.positional[2].items.map(indexKey) : null;
    const where = named.has("postgresql_where") ? defaultSql(named.get("postgresql_where")!) : undefined;
    const include = named.has("postgresql_include") ? textsOf(named.get("postgresql_include")) : [];
    const classes = named.get("postgresql_ops");
    if (table === null || keys === null || keys.includes(null) || where === null || include === null || !onlyNamed(given, known))
      return null;
    const withClass = (key: string) => {
      const own = classes?.kind === "map" ? textOf(classes.named.get(key.replaceAll('"', ""))) : null;
      return own === null ? key : `${key} ${own}`;
    };
    return [
      [
        flagOf(named.get("unique")) === true ? "CREATE UNIQUE INDEX" : "CREATE INDEX",
        ...(flagOf(named.get("postgresql_concurrently")) === true ? ["CONCURRENTLY"] : []),
        ...(flagOf(named.get("if_not_exists")) === true ? ["IF NOT EXISTS"] : []),
        ...(name === null ? [] : [readableIdent(name)]),
        `ON ${table}`,
        ...(textOf(named.get("postgresql_using")) === null ? [] : [`USING ${textOf(named.get("postgresql_using"))}`]),
        `(${keys.map((key) => withClass(key!)).join(", ")})`,
        ...(include.length === 0 ? [] : [`INCLUDE (${include.map(readableIdent).join(", ")})`]),
        ...(where === undefined ? [] : [`WHERE ${where}`]),
      ].join(" "),
    ];
  },
  drop_index(given) {
    const name = nameOf(given.positional[0]);
    const schema = textOf(given.named.get("schema"));
    if (
      name === null ||
      !onlyNamed(given, ["table_name", "schema", "postgresql_concurrently", "if_exists", "postgresql_where", "postgresql_using"])
    )
      return null;
    const how = `${flagOf(given.named.get("postgresql_concurrently")) === true ? "CONCURRENTLY " : ""}${ifExists(given)}`;
    return [`DROP INDEX ${how}${schema === null ? "" : `${readableIdent(schema)}.`}${readableIdent(name)}`];
  },
  add_column(given) {
    const [table, column] = [target(given.positional[0], given.named), columnSql(given.positional[1])];
    return table === null || column === null || !onlyNamed(given, ["schema"]) ? null : [`ALTER TABLE ${table} ADD COLUMN ${column}`];
  },
  drop_column(given) {
    const [table, name] = [target(given.positional[0], given.named), textOf(given.positional[1])];
    return table === null || name === null ? null : [`ALTER TABLE ${table} DROP COLUMN ${ifExists(given)}${readableIdent(name)}`];
  },
  alter_column(given) {
    const { named } = given;
    const [table, name] = [target(given.positional[0], named), textOf(given.positional[1])];
    const known =
      "schema nullable type_ server_default new_column_name existing_type existing_nullable existing_server_default postgresql_using comment existing_comment".split(
        " ",
      );
    if (table === null || name === null || !onlyNamed(given, known)) return null;
    const column = `ALTER TABLE ${table} ALTER COLUMN ${readableIdent(name)}`;
    const nullable = flagOf(named.get("nullable"));
    const type = named.has("type_") ? typeSql(named.get("type_")) : undefined;
    const standard = named.get("server_default");
    const expression = standard === undefined ? undefined : isNothing(standard) ? "" : defaultSql(standard);
    const renamed = textOf(named.get("new_column_name"));
    const using = textOf(named.get("postgresql_using"));
    if (type === null || expression === null) return null;
    // In the order in which alembic.ddl.postgresql writes them.
    return [
      ...(nullable === null ? [] : [`${column} ${nullable ? "DROP" : "SET"} NOT NULL`]),
      ...(type === undefined ? [] : [`${column} TYPE ${type}${using === null ? "" : ` USING ${using}`}`]),
      ...(expression === undefined ? [] : [expression === "" ? `${column} DROP DEFAULT` : `${column} SET DEFAULT ${expression}`]),
      ...(renamed === null ? [] : [`ALTER TABLE ${table} RENAME COLUMN ${readableIdent(name)} TO ${readableIdent(renamed)}`]),
    ];
  },
  create_foreign_key(given) {
    const { named } = given;
    const [name, table, referred] = [
      nameOf(given.positional[0]),
      target(given.positional[1], new Map([["schema", named.get("source_schema") ?? none]])),
      target(given.positional[2], new Map([["schema", named.get("referent_schema") ?? none]])),
    ];
    const [from, to] = [textsOf(given.positional[3]), textsOf(given.positional[4])];
    const known = ["ondelete", "onupdate", "source_schema", "referent_schema", "postgresql_not_valid", "deferrable", "initially"];
    if (table === null || referred === null || !from || !to || !onlyNamed(given, known)) return null;
    const action = (key: string, words: string) => (textOf(named.get(key)) === null ? "" : ` ${words} ${textOf(named.get(key))}`);
    const open = flagOf(named.get("postgresql_not_valid")) === true ? " NOT VALID" : "";
    const list = (names: readonly string[]) => names.map(readableIdent).join(", ");
    return [
      `ALTER TABLE ${table} ADD ${constraint(name)}FOREIGN KEY (${list(from)}) REFERENCES ${referred} (${list(to)})${action("ondelete", "ON DELETE")}${action("onupdate", "ON UPDATE")}${open}`,
    ];
  },
  create_unique_constraint(given) {
    const [name, table, columns] = [nameOf(given.positional[0]), target(given.positional[1], given.named), textsOf(given.positional[2])];
    return table === null || columns === null
      ? null
      : [`ALTER TABLE ${table} ADD ${constraint(name)}UNIQUE (${columns.map(readableIdent).join(", ")})`];
  },
  create_primary_key(given) {
    const [name, table, columns] = [nameOf(given.positional[0]), target(given.positional[1], given.named), textsOf(given.positional[2])];
    return table === null || columns === null
      ? null
      : [`ALTER TABLE ${table} ADD ${constraint(name)}PRIMARY KEY (${columns.map(readableIdent).join(", ")})`];
  },
  create_check_constraint(given) {
    const [name, table] = [nameOf(given.positional[0]), target(given.positional[1], given.named)];
    const condition = given.positional[2] === undefined ? null : (textOf(given.positional[2]) ?? defaultSql(given.positional[2]));
    if (table === null || condition === null) return null;
    const open = flagOf(given.named.get("postgresql_not_valid")) === true ? " NOT VALID" : "";
    return [`ALTER TABLE ${table} ADD ${constraint(name)}CHECK (${condition})${open}`];
  },
  drop_constraint(given) {
    const [name, table] = [nameOf(given.positional[0]), target(given.positional[1], given.named)];
    return name === null || table === null ? null : [`ALTER TABLE ${table} DROP CONSTRAINT ${ifExists(given)}${readableIdent(name)}`];
  },
  create_table(given) {
    const table = target(given.positional[0], given.named);
    const parts = given.positional.slice(1).map((each) => columnSql(each) ?? constraintSql(each));
    return table === null || parts.includes(null) || !onlyNamed(given, ["schema", "comment", "if_not_exists"])
      ? null
      : [`CREATE TABLE ${table} (${parts.join(", ")})`];
  },
  drop_table(given) {
    const table = target(given.positional[0], given.named);
    return table === null ? null : [`DROP TABLE ${ifExists(given)}${table}`];
  },
  rename_table(given) {
    const [from, to] = [target(given.positional[0], given.named), textOf(given.positional[1])];
    return from === null || to === null ? null : [`ALTER TABLE ${from} RENAME TO ${readableIdent(to)}`];
  },
};

const none: Value = { kind: "word", text: "None" };

function target(value: Value | undefined, named: ReadonlyMap<string, Value>): string | null {
  const table = textOf(value);
  const schema = textOf(named.get("schema"));
  return table === null ? null : schema === null ? tableSql(table) : `${readableIdent(schema)}.${readableIdent(table)}`;
}

function constraint(name: string | null): string {
  return name === null ? "" : `CONSTRAINT ${readableIdent(name)} `;
}

function ifExists({ named }: Arguments): string {
  return flagOf(named.get("if_exists")) === true ? "IF EXISTS " : "";
}

/** A column's name, or `sa.text("lower(x)")`. */
function indexKey(value: Value): string | null {
  const name = textOf(value);
  return name === null ? (value.kind === "call" ? defaultSql(value) : null) : keySql(name);
}
