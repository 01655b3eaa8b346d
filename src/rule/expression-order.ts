import type { CandidateKey } from "../domain/candidate.ts";
import type { Scan, ScanExpression } from "../domain/workload.ts";
import { key } from "./build.ts";
import type { CatalogView } from "./catalog-view.ts";
import { sortOrderKeys } from "./key-order.ts";

/** Keys of a B-tree that holds at least one expression, and the expression it is for. */
export interface ExpressionOrder {
  readonly expression: ScanExpression;
  readonly keys: readonly CandidateKey[];
}

/** Functions that search or measure against one given value: an index on them serves that value only, and another kind of index serves all. */
const searches =
  /\b(position|strpos|(strict_)?(word_)?similarity|levenshtein\w*|ts_rank\w*|st_distance\w*|earth_distance|regexp_(like|match|matches|count|instr)|\w+_distance|inner_product)\s*\(|<[-#=+]>|@@/i;

const equalities = new Set(["=", "= any"]);
const ranges = new Set(["<", "<=", ">", ">="]);

/** Orders of keys for what a scan compares, sorts or groups by expression; `equality` are its plain equality columns, best first. */
export function expressionOrders(scan: Scan, equality: readonly ScanExpression[]): ExpressionOrder[] {
  const compared = scan.predicates.filter(({ on, operator }) => on.column === null && !isBareTest(on, operator));
  const equal = compared.filter(({ on, operator }) => equalities.has(operator) || isFlag(on, operator)).map(({ on }) => on);
  const ranged = scan.predicates.filter(({ operator }) => ranges.has(operator)).map(({ on }) => on);
  const columns = equality.slice(0, 2);
  const sort = scan.sort.some(({ distanceOperator }) => distanceOperator !== null) ? [] : sortOrderKeys(scan.sort);
  const orders: ExpressionOrder[] = [];
  const add = (expression: ScanExpression | undefined, keys: readonly CandidateKey[]) => {
    const once = keys.filter((each, at) => keys.findIndex(({ sql }) => sql === each.sql) === at);
    if (expression && !searches.test(expression.sql) && !orders.some((known) => JSON.stringify(known.keys) === JSON.stringify(once)))
      orders.push({ expression, keys: once });
  };
  const plain = (list: readonly ScanExpression[]) => list.map((on) => key(on));

  for (const expression of equal) {
    const others = equal.filter((on) => on.sql !== expression.sql);
    if (sort.length > 0) add(expression, [...plain([expression, ...others, ...columns]), ...sort]);
    for (const range of ranged.slice(0, 2)) add(expression, plain([expression, ...others, ...columns, range]));
    if (others.length + columns.length > 0) {
      add(expression, plain([expression, ...others, ...columns]));
      add(expression, plain([...columns, expression, ...others]));
    }
    add(expression, [key(expression)]);
  }
  for (const expression of ranged.filter((on) => on.column === null)) {
    add(expression, plain([...equal, ...columns, expression]));
    add(expression, [key(expression)]);
  }
  const sorted = scan.sort.find(({ on }) => on.column === null)?.on;
  add(sort.length > 0 ? sorted : undefined, [...plain([...equal, ...columns]), ...sort]);
  add(sort.length > 0 ? sorted : undefined, sort);
  add(
    scan.grouping.find((on) => on.column === null),
    plain([...columns, ...scan.grouping]),
  );
  for (const extreme of scan.extremes.filter((on) => on.column === null)) add(extreme, plain([...equal, ...columns, extreme]));
  return orders;
}

/** A boolean expression that is a test by itself, such as a function call, is no key; a cast to boolean is. */
function isBareTest(on: ScanExpression, operator: string): boolean {
  return operator.startsWith("is ") && !isFlag(on, operator);
}

function isFlag(on: ScanExpression, operator: string): boolean {
  return /^is (true|false)$/.test(operator) && /(::\s*bool(ean)?\)*|\bas\s+bool(ean)?\s*\)+)$/i.test(on.sql);
}

/** Types with no default B-tree operator class. pg_opclass, PostgreSQL 18. */
const unordered = new Set("json xml point box circle line lseg path polygon jsonpath vector halfvec sparsevec geometry".split(" "));

/** False when a result of this type cannot be a B-tree key; true when it can or the type is not known. */
export function hasBtreeOrder(type: string | null): boolean {
  return type === null || !unordered.has(type);
}

/** Why an expression may not stand in an index, with the form that may where there is a usual one. */
export function whyNotImmutable(expression: ScanExpression, scan: Scan, catalog: CatalogView): string {
  const { sql } = expression;
  const zoned = expression.columns.find((name) => catalog.column(scan.relation, name)?.baseType === "timestamptz");
  const start = `${sql} is not immutable, so PostgreSQL takes no index on it (42P17)`;
  if (/\b(random|clock_timestamp|gen_random_uuid|nextval|timeofday)\s*\(/i.test(sql))
    return `${start}: it is volatile, and differs from call to call`;
  if (zoned && /\bdate_trunc\s*\(/i.test(sql)) {
    const fixed = sql.replace(zoned, `${zoned} AT TIME ZONE 'UTC'`);
    return `${start}: what a day is depends on the session's TimeZone; ${fixed} can be indexed, and is used by statements that are written so, or ask for a range of ${zoned} instead`;
  }
  if (zoned && /(::\s*(date|timestamp|time)\b|\bas\s+(date|timestamp|time)\b|\b(extract|date_part|date)\s*\()/i.test(sql))
    return `${start}: the result depends on the session's TimeZone; ${zoned} AT TIME ZONE 'UTC' in its place can be indexed, and a range of ${zoned} needs no such index`;
  if (/\bto_char\s*\(/i.test(sql))
    return `${start}: to_char depends on the session's locale and TimeZone; a range of the column itself needs none`;
  if (/\bconcat(_ws)?\s*\(/i.test(sql))
    return `${start}: concat() calls output functions that may depend on settings; a || b with coalesce() can be indexed`;
  if (/\bunaccent\s*\(/i.test(sql))
    return `${start}: unaccent depends on a dictionary; wrap it in an immutable function of your own that names the dictionary`;
  if (/\bto_tsvector\s*\(\s*[^',]+\)/i.test(sql))
    return `${start}: to_tsvector with one argument depends on default_text_search_config; name the configuration`;
  if (/\b(now|current_date|current_timestamp|age)\b/i.test(sql))
    return `${start}: it depends on the current time; compare the column itself with a time computed beside it`;
  return `${start}: it uses a function or cast that depends on settings`;
}
