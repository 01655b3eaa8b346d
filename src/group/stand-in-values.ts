import type { Catalog } from "../domain/catalog.ts";

/** A value that every type of this name takes: text of the literal. Types by `regtype` text, without modifiers. */
const byType: Readonly<Record<string, string>> = {
  boolean: "true",
  interval: "1 day",
  uuid: "00000000-0000-0000-0000-000000000000",
  json: "{}",
  jsonb: "{}",
  jsonpath: "$",
  xml: "<a/>",
  bytea: "\\x00",
  money: "1",
  bit: "1",
  "bit varying": "1",
  tsquery: "a",
  tsvector: "a",
  regconfig: "simple",
  regclass: "pg_class",
  regtype: "text",
  inet: "10.0.0.1",
  cidr: "10.0.0.0/8",
  macaddr: "00:00:00:00:00:00",
  macaddr8: "00:00:00:00:00:00:00:00",
  point: "(0,0)",
  lseg: "[(0,0),(1,1)]",
  box: "(1,1),(0,0)",
  path: "[(0,0),(1,1)]",
  polygon: "((0,0),(1,1),(1,0))",
  line: "{1,1,0}",
  circle: "<(0,0),1>",
  int4range: "[1,2)",
  int8range: "[1,2)",
  numrange: "[1,2)",
  daterange: "[2025-01-01,2025-01-02)",
  tsrange: "[2025-01-01,2025-01-02)",
  tstzrange: "[2025-01-01,2025-01-02)",
  "time without time zone": "12:00",
  "time with time zone": "12:00+00",
  hstore: "",
  ltree: "a",
};

/** What a stand-in may depend on besides its type. */
export interface StandInContext {
  /** ISO 8601. */
  readonly now: string;
  /** Of a vector; null when unknown. */
  readonly dimensions: number | null;
  readonly catalog: Catalog;
}

/** Something of the type when statistics say nothing; undefined for a type without a safe stand-in. */
export function standInValue(type: string, context: StandInContext): string | undefined {
  if (type.endsWith("[]")) return "{}";
  if (/^(?:smallint|integer|bigint|numeric|real|double precision|oid)$/.test(type)) return "1";
  if (/^(?:text|character varying|character|name|citext|"char"|unknown)$/.test(type)) return "a";
  if (/^timestamp|^date$/.test(type)) return context.now;
  if (/\b(?:vector|halfvec)$/.test(type))
    return `[${Array(context.dimensions ?? 1)
      .fill(1)
      .join(",")}]`;
  const own = byType[type] ?? byType[type.replace(/^(?:\w+|"[^"]+")\./, "")];
  return own ?? ofUserType(type, context);
}

/** An enum's first label; a domain's base type, whose CHECKs are looked at when the value is cast: without one only. */
function ofUserType(type: string, context: StandInContext): string | undefined {
  const isNamed = ({ schema, name }: { readonly schema: string; readonly name: string }) =>
    [name, `"${name}"`, `${schema}.${name}`, `"${schema}"."${name}"`, `${schema}."${name}"`].includes(type);
  const [label] = context.catalog.enums.find(isNamed)?.labels ?? [];
  if (label !== undefined) return label;
  const domain = context.catalog.domains.find(isNamed);
  if (domain && domain.checks.length === 0) return standInValue(domain.baseType.replace(/\(.*?\)/, ""), context);
  return undefined;
}
