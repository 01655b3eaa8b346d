import type { RelationName } from "./postgres.ts";

/** Always quotes: `user` and `Order` stay right, and output does not depend on a keyword list. */
export function ident(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The name that an identifier in the server's own text stands for: `"Order"` → Order, `order` as it is. */
export function identName(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
}

/** `"schema"."name"`. */
export function qualified(relation: RelationName): string {
  return `${ident(relation.schema)}.${ident(relation.name)}`;
}

/** A string literal that means the same whatever `standard_conforming_strings` says; null becomes NULL. */
export function literal(value: string | null): string {
  if (value === null) return "NULL";
  const quoted = `'${value.replaceAll("'", "''").replaceAll("\\", "\\\\")}'`;
  return value.includes("\\") ? ` E${quoted}` : quoted;
}

/** Reserved or function-name keywords of PostgreSQL 18 that cannot stand as a bare column name. SQL appendix C. */
const reserved = new Set(
  `all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast char
  character check coalesce collate collation column concurrently constraint create cross current_catalog current_date
  current_role current_schema current_time current_timestamp current_user dec decimal default deferrable desc distinct do
  else end except exists extract false fetch float for foreign freeze from full grant greatest group grouping having ilike
  in initially inner inout int integer intersect interval into is isnull join json json_array json_arrayagg json_exists
  json_object json_objectagg json_query json_scalar json_serialize json_table json_value lateral leading least left like
  limit localtime localtimestamp merge_action national natural nchar none normalize not notnull null nullif numeric offset
  on only or order out outer overlaps overlay placing position precision primary real references returning right row
  select session_user setof similar smallint some substring symmetric system_user table tablesample then time timestamp to
  trailing treat trim true union unique user using values varchar variadic verbose when where window with xmlattributes
  xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable`.split(/\s+/),
);

/** Quotes only where PostgreSQL must: for SQL that a person reads. */
export function readableIdent(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) && !reserved.has(name) ? name : ident(name);
}

export function readableQualified(relation: RelationName): string {
  return `${readableIdent(relation.schema)}.${readableIdent(relation.name)}`;
}

/** NAMEDATALEN − 1: longer identifiers are cut. https://www.postgresql.org/docs/current/sql-syntax-lexical.html */
const maxNameBytes = 63;

/**
 * A name as PostgreSQL puts it together, `orders_customer_id_idx`: parts joined by `_`, empty ones left out, and where that is too
 * long the longest part before the label loses characters until it fits (indexcmds.c makeObjectName()). The last part is the label.
 */
export function objectName(...given: readonly string[]): string {
  const parts = given.filter((part) => part !== "");
  const label = parts.pop() ?? "";
  const join = () => [...parts, label].join("_");
  while (Buffer.byteLength(join()) > maxNameBytes && parts.some((part) => part !== "")) {
    const bytes = parts.map((part) => Buffer.byteLength(part));
    const longest = bytes.lastIndexOf(Math.max(...bytes));
    // By code point, so that no character is cut in two.
    parts[longest] = [...parts[longest]!].slice(0, -1).join("");
  }
  return join();
}
