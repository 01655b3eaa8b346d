import type { Catalog, Relation } from "../domain/catalog.ts";
import { ident } from "../domain/identifier.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import type { Step } from "./apply-steps.ts";

/** Types of extensions the embedded PostgreSQL has not, as columns name them: without modifiers and brackets. */
export type StandIns = ReadonlySet<string>;

/** `public.geometry(Point,4326)[]` → `public.geometry`. */
export function typeName(type: string): string {
  return type
    .replace(/(\[\])+$/, "")
    .replace(/\([^)]*\)\s*$/, "")
    .trim();
}

/** A stand-in takes no modifiers. */
export function withoutModifiers(type: string, standIns: StandIns): string {
  if (!standIns.has(typeName(type))) return type;
  return typeName(type) + (/(\[\])+$/.exec(type)?.[0] ?? "");
}

/** `x::public.geometry(Point,4326)` → `x::public.geometry`, in a deparsed definition. */
export function castsWithoutModifiers(sql: string, standIns: StandIns): string {
  let plain = sql;
  for (const name of standIns) {
    const literally = name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
    plain = plain.replaceAll(new RegExp(`(::${literally})\\([^)]*\\)`, "g"), "$1");
  }
  return plain;
}

/** Column types that nothing made so far defines. */
export async function missingTypes(database: EmbeddedDatabase, catalog: Catalog): Promise<string[]> {
  const columns = catalog.relations.flatMap((relation) => relation.columns.map((column) => column.type));
  const attributes = catalog.composites.flatMap((type) => type.attributes.map((attribute) => attribute.type));
  const bases = catalog.domains.map((domain) => domain.baseType);
  // Types of several words (`timestamp with time zone`) are the server's own.
  const names = [...new Set([...columns, ...attributes, ...bases].map(typeName))].filter((name) => qualifiedType.test(name)).sort();
  // A table's row type, a composite or a domain may come later: those are not missing.
  const own = [...catalog.relations, ...catalog.composites, ...catalog.domains, ...catalog.enums, ...catalog.ranges];
  const ours = new Set(own.flatMap(({ schema, name }) => [name, ident(name), `${schema}.${name}`, `${ident(schema)}.${ident(name)}`]));
  const rows = await database.session.query<{ name: string }>(
    "select name from json_array_elements_text($1::json) as name where to_regtype(name) is null",
    [JSON.stringify(names)],
  );
  return rows.map((row) => row.name).filter((name) => !ours.has(name));
}

const part = String.raw`("(?:[^"]|"")+"|[\w$]+)`;
const qualifiedType = new RegExp(`^(?:${part}\\.)?${part}$`);

/**
 * A variable-length type that compares and hashes by byte, so that columns of it can be stored, sorted and
 * grouped; no other operator or function of the real type is there.
 */
export function standInSteps(names: readonly string[]): Step[] {
  return names.flatMap((name) => {
    const [, schema, base] = qualifiedType.exec(name) ?? [];
    if (base === undefined) return [];
    const home = schema ?? "public";
    const type = `${home}.${base}`;
    const bare = base.replaceAll('"', "").replaceAll(/\W/g, "_");
    const routine = (suffix: string) => `${home}.${ident(`${bare}_${suffix}_stand_in`)}`;
    const internal = (suffix: string, takes: string, returns: string, symbol: string) =>
      `create function ${routine(suffix)}(${takes}) returns ${returns} language internal immutable strict parallel safe as '${symbol}'`;
    const operator = (sign: string, suffix: string, selectivity: string, more = "") =>
      `create operator ${home}.${sign} (leftarg = ${type}, rightarg = ${type}, function = ${routine(suffix)}, restrict = ${selectivity}sel, join = ${selectivity}joinsel${more})`;
    const pair = `${type}, ${type}`;
    const sql = [
      `create schema if not exists ${home}`,
      `create type ${type}`,
      internal("in", "cstring", type, "textin"),
      internal("out", type, "cstring", "textout"),
      `create type ${type} (input = ${routine("in")}, output = ${routine("out")}, internallength = variable, storage = extended)`,
      internal("eq", pair, "boolean", "byteaeq"),
      internal("ne", pair, "boolean", "byteane"),
      internal("lt", pair, "boolean", "bytealt"),
      internal("le", pair, "boolean", "byteale"),
      internal("ge", pair, "boolean", "byteage"),
      internal("gt", pair, "boolean", "byteagt"),
      internal("cmp", pair, "integer", "byteacmp"),
      internal("hash", type, "integer", "hashvarlena"),
      operator("=", "eq", "eq", `, commutator = operator(${home}.=), hashes, merges`),
      operator("<>", "ne", "neq"),
      operator("<", "lt", "scalarlt"),
      operator("<=", "le", "scalarle"),
      operator(">=", "ge", "scalarge"),
      operator(">", "gt", "scalargt"),
      `create operator class ${routine("btree")} default for type ${type} using btree as operator 1 ${home}.<, operator 2 ${home}.<=,
         operator 3 ${home}.=, operator 4 ${home}.>=, operator 5 ${home}.>, function 1 ${routine("cmp")}(${pair})`,
      `create operator class ${routine("hash")} default for type ${type} using hash as operator 1 ${home}.=, function 1 ${routine("hash")}(${type})`,
    ];
    return [{ what: `stand-in for type ${name}`, sql: sql.join(";\n") }];
  });
}

/** What to say of plans that touch a relation with such a column; null when it has none. */
export function standInCaution(relation: Relation, standIns: StandIns): string | null {
  const columns = relation.columns.filter((column) => standIns.has(typeName(column.type)));
  if (columns.length === 0) return null;
  const list = columns.map((column) => `${column.name} (${typeName(column.type)})`).join(", ");
  return `the embedded PostgreSQL does not have the type of ${list}: conditions and indexes on it cannot be judged`;
}
