import { ident, literal, readableIdent } from "../domain/identifier.ts";

/** A key of a JSON document as a column of its own. */
export interface KeyColumn {
  /** The column that holds the document. */
  readonly document: string;
  readonly key: string;
  /** Name of the column to be. */
  readonly name: string;
  readonly type: KeyType;
}

/** Types that text casts to whatever the session's settings, as a generated column must: not dates, which DateStyle reads. */
export type KeyType = "text" | "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" | "boolean" | "uuid";

interface TypeFacts {
  /** `pg_type.typname`, as parse trees have it. */
  readonly internal: string;
  readonly category: string;
  readonly length: number;
  readonly alignment: string;
}

/** pg_type.dat: typname, typcategory, typlen, typalign. */
export const keyTypes: Readonly<Record<KeyType, TypeFacts>> = {
  text: { internal: "text", category: "S", length: -1, alignment: "i" },
  smallint: { internal: "int2", category: "N", length: 2, alignment: "s" },
  integer: { internal: "int4", category: "N", length: 4, alignment: "i" },
  bigint: { internal: "int8", category: "N", length: 8, alignment: "d" },
  numeric: { internal: "numeric", category: "N", length: -1, alignment: "i" },
  real: { internal: "float4", category: "N", length: 4, alignment: "i" },
  "double precision": { internal: "float8", category: "N", length: 8, alignment: "d" },
  boolean: { internal: "bool", category: "B", length: 1, alignment: "c" },
  uuid: { internal: "uuid", category: "U", length: 16, alignment: "c" },
};

const byName = new Map<string, KeyType>(
  Object.entries(keyTypes).flatMap(([name, { internal }]) => [
    // The keys of the table are its type.
    [name, name as KeyType],
    [internal, name as KeyType],
  ]),
);
byName.set("int", "integer").set("float", "double precision").set("bool", "boolean").set("decimal", "numeric");

/** A JSON key in an expression. */
export interface KeyUse {
  readonly document: string;
  readonly key: string;
  /** What it is cast to at once: integer of `((doc ->> 'n'::text))::integer + 1`; what is done with it otherwise is done with text. */
  readonly type: KeyType;
  /** The expression is the key's value and nothing made of it. */
  readonly whole: boolean;
}

const keyPattern = /^\(*\s*(CAST\s*\()?[\s(]*(?:"((?:[^"]|"")+)"|([a-z_][\w$]*))\s*->>\s*'((?:[^']|'')*)'(?:::text)?\s*\)*/i;
const typeNames = [...byName.keys()].toSorted((a, b) => b.length - a.length).join("|");
/** No modifier may follow: numeric(10,2) rounds, and is another value. */
const castPattern = new RegExp(`^\\s*(?:::|AS\\b)\\s*(?:pg_catalog\\.)?(${typeNames})(?![\\w(]|\\s*\\()`, "i");

/** Null where the expression does not begin with a key. Takes both spellings of a cast, the server's `::` and our own `CAST`. */
export function keyUse(sql: string): KeyUse | null {
  const [all, , quoted, bare, text] = keyPattern.exec(sql) ?? [];
  const document = quoted?.replaceAll('""', '"') ?? bare;
  if (all === undefined || document === undefined || text === undefined) return null;
  const rest = sql.slice(all.length);
  const [cast, name] = castPattern.exec(rest) ?? [];
  const type = name === undefined ? undefined : byName.get(name.toLowerCase());
  const whole = rest.slice(cast?.length ?? 0).replaceAll(/[\s)]/g, "") === "";
  return { document, key: text.replaceAll("''", "'"), type: type ?? "text", whole };
}

/** The key's value as an expression over the table, as people write it. */
function keyExpression({ document, key, type }: Pick<KeyColumn, "document" | "key" | "type">): string {
  const text = `(${readableIdent(document)} ->> ${literal(key).trim()})`;
  return type === "text" ? text : `(${text}::${type})`;
}

/** The same as the server deparses it. */
export function deparsedKey({ document, key, type }: Pick<KeyColumn, "document" | "key" | "type">): string {
  const text = `(${readableIdent(document)} ->> ${literal(key).trim()}::text)`;
  return type === "text" ? text : `(${text})::${type}`;
}

/** `ADD COLUMN …` with the column computed by the server. */
export function keyColumnSql(column: KeyColumn): string {
  return `${ident(column.name)} ${column.type} GENERATED ALWAYS AS ${keyExpression(column)} STORED`;
}
