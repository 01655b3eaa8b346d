import { readableIdent } from "../domain/identifier.ts";
import { flagOf, isNothing, literalSql, tableSql, textOf, textsOf } from "./code-sql.ts";
import type { Arguments, Value } from "./code-values.ts";

/** SQLAlchemy's types as its PostgreSQL dialect writes them; `(n)` and `(p, s)` follow where given. */
const types: Readonly<Record<string, string>> = {
  String: "VARCHAR",
  VARCHAR: "VARCHAR",
  Unicode: "VARCHAR",
  AutoString: "VARCHAR",
  Text: "TEXT",
  TEXT: "TEXT",
  UnicodeText: "TEXT",
  Integer: "INTEGER",
  INTEGER: "INTEGER",
  BigInteger: "BIGINT",
  BIGINT: "BIGINT",
  SmallInteger: "SMALLINT",
  SMALLINT: "SMALLINT",
  Boolean: "BOOLEAN",
  BOOLEAN: "BOOLEAN",
  Date: "DATE",
  DATE: "DATE",
  Time: "TIME",
  Float: "FLOAT",
  REAL: "REAL",
  Double: "DOUBLE PRECISION",
  DOUBLE_PRECISION: "DOUBLE PRECISION",
  Numeric: "NUMERIC",
  NUMERIC: "NUMERIC",
  DECIMAL: "NUMERIC",
  LargeBinary: "BYTEA",
  BYTEA: "BYTEA",
  JSON: "JSON",
  JSONB: "JSONB",
  UUID: "UUID",
  Uuid: "UUID",
  Interval: "INTERVAL",
  INTERVAL: "INTERVAL",
  INET: "INET",
  CIDR: "CIDR",
  CITEXT: "CITEXT",
  TSVECTOR: "TSVECTOR",
  HSTORE: "HSTORE",
};

/** Type of a column; null for one that is not known here (an enum, a type of the application). */
export function typeSql(value: Value | undefined): string | null {
  if (value?.kind !== "call" && value?.kind !== "word") return null;
  const name = (value.kind === "call" ? value.name : value.text).split(".").at(-1)!;
  const given: Arguments = value.kind === "call" ? value.given : { positional: [], named: new Map() };
  if (name === "DateTime" || name === "TIMESTAMP" || name === "DATETIME")
    return flagOf(given.named.get("timezone") ?? given.positional[0]) === true ? "TIMESTAMP WITH TIME ZONE" : "TIMESTAMP WITHOUT TIME ZONE";
  if (name === "ARRAY") {
    const element = typeSql(given.positional[0] ?? given.named.get("item_type"));
    return element === null ? null : `${element}[]`;
  }
  const sql = types[name];
  if (sql === undefined) return null;
  if (sql !== "VARCHAR" && sql !== "NUMERIC") return sql;
  const sizes = [...given.positional, ...["length", "precision", "scale"].map((key) => given.named.get(key))];
  const numbers = sizes.flatMap((each) => (each?.kind === "number" ? [each.text] : []));
  return numbers.length === 0 ? sql : `${sql}(${numbers.join(", ")})`;
}

/** Expression of `server_default`, or a text as SQLAlchemy writes it: a string becomes a literal. Null when it is made at run time. */
export function defaultSql(value: Value): string | null {
  if (value.kind === "call") {
    const name = value.name.split(".").at(-1)!;
    if (name === "text") return textOf(value.given.positional[0]);
    if (/^(sa|sqlalchemy)\.func\.\w+$/.test(value.name) && value.given.positional.length === 0) return `${name}()`;
    if (name === "false" || name === "true") return name.toUpperCase();
    return null;
  }
  return literalSql(value);
}

/** `sa.Column(…)` as it stands in a table's list; null when a part is not understood. */
export function columnSql(value: Value | undefined): string | null {
  if (value?.kind !== "call" || !/(?:^|\.)Column$/.test(value.name)) return null;
  const { positional, named } = value.given;
  const [name, type, ...rest] = positional;
  const known = ["nullable", "server_default", "primary_key", "autoincrement", "unique", "index", "comment"];
  const sql = typeSql(type);
  const text = textOf(name);
  if (sql === null || text === null || [...named.keys()].some((key) => !known.includes(key)) || flagOf(named.get("index")) === true)
    return null;
  const standard = named.get("server_default");
  const expression = standard === undefined || isNothing(standard) ? undefined : defaultSql(standard);
  const extra = rest.map(referenceOf);
  if (expression === null || extra.includes(null)) return null;
  const isKey = flagOf(named.get("primary_key")) === true;
  const counts = isKey && expression === undefined && flagOf(named.get("autoincrement")) !== false;
  const serial: Readonly<Record<string, string>> = { INTEGER: "SERIAL", BIGINT: "BIGSERIAL", SMALLINT: "SMALLSERIAL" };
  return [
    readableIdent(text),
    counts ? (serial[sql] ?? sql) : sql,
    ...(expression === undefined ? [] : [`DEFAULT ${expression}`]),
    ...(flagOf(named.get("nullable")) === false || isKey ? ["NOT NULL"] : []),
    ...(isKey ? ["PRIMARY KEY"] : []),
    ...(flagOf(named.get("unique")) === true ? ["UNIQUE"] : []),
    ...extra,
  ].join(" ");
}

/** `sa.ForeignKey("users.id", ondelete="CASCADE")` behind a column. */
function referenceOf(value: Value): string | null {
  if (value.kind !== "call" || !/(?:^|\.)ForeignKey$/.test(value.name)) return null;
  const target = textOf(value.given.positional[0]);
  const parts = target?.split(".") ?? [];
  if (parts.length < 2) return null;
  const action = textOf(value.given.named.get("ondelete"));
  return `REFERENCES ${tableSql(parts.slice(0, -1).join("."))} (${readableIdent(parts.at(-1)!)})${action === null ? "" : ` ON DELETE ${action}`}`;
}

/** A constraint in a table's list: `sa.PrimaryKeyConstraint("id")`, `sa.ForeignKeyConstraint(["a"], ["t.b"])`, … */
export function constraintSql(value: Value): string | null {
  if (value.kind !== "call") return null;
  const { positional, named } = value.given;
  const name = nameOf(named.get("name"));
  const own = name === null ? "" : `CONSTRAINT ${readableIdent(name)} `;
  const columns = (values: readonly Value[]) => {
    const texts = values.map(textOf);
    return texts.length > 0 && texts.every((each) => each !== null) ? texts.map(readableIdent).join(", ") : null;
  };
  switch (value.name.split(".").at(-1)) {
    case "PrimaryKeyConstraint":
    case "UniqueConstraint": {
      const list = columns(positional);
      return list === null ? null : `${own}${value.name.includes("Primary") ? "PRIMARY KEY" : "UNIQUE"} (${list})`;
    }
    case "CheckConstraint": {
      const expression = positional[0] === undefined ? null : (textOf(positional[0]) ?? defaultSql(positional[0]));
      return expression === null ? null : `${own}CHECK (${expression})`;
    }
    case "ForeignKeyConstraint": {
      const [from, to] = [textsOf(positional[0]), textsOf(positional[1])];
      const target = to?.[0]?.split(".").slice(0, -1).join(".");
      if (!from || !to || !target) return null;
      const action = textOf(named.get("ondelete"));
      return `${own}FOREIGN KEY (${from.map(readableIdent).join(", ")}) REFERENCES ${tableSql(target)} (${to.map((each) => readableIdent(each.split(".").at(-1)!)).join(", ")})${action === null ? "" : ` ON DELETE ${action}`}`;
    }
    default:
      return null;
  }
}

/** A name, also as `op.f("name")`. */
export function nameOf(value: Value | undefined): string | null {
  if (value?.kind === "call" && /(?:^|\.)f$/.test(value.name)) return textOf(value.given.positional[0]);
  return textOf(value);
}
