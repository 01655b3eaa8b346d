import type { Node, SelectStmt } from "@pgsql/types";
import type { Catalog, Relation } from "../domain/catalog.ts";
import { builtInVolatility } from "../names/function-volatility.ts";
import { aggregatesIn, functionName, returnsSet } from "../names/query-shape.ts";
import type { NameOptions } from "../names/resolve-names.ts";
import { walk } from "../syntax/tree.ts";
import { collectLevels } from "./query-level.ts";
import type { Filter, QueryLevel, RewriteStatement } from "./rewrite.ts";

export type RewriteRefusal = { readonly kind: "refused"; readonly because: string };
export type Rewritable = { readonly kind: "rewritable"; readonly statement: RewriteStatement };

/**
 * A statement as rewrite rules see it; or why no rule may touch it: it is no SELECT, changes or locks rows, samples, or calls a
 * function that nobody can say is not volatile.
 */
export function rewritable(node: Node, catalog: Catalog, names: NameOptions): Rewritable | RewriteRefusal {
  const refused = refusal(node, catalog);
  if (refused !== null || !("SelectStmt" in node)) return { kind: "refused", because: refused ?? "only SELECT statements are rewritten" };
  let levels: readonly QueryLevel[];
  try {
    levels = collectLevels(node.SelectStmt, catalog, names);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { kind: "refused", because: "it is nested too deeply" };
  }
  let parents: ReadonlyMap<object, object> | null = null;
  const statement: RewriteStatement = {
    node,
    levels,
    filters: levels.flatMap((level) => [...filtersOf(level)]),
    callsVolatile: callsVolatile(node, catalog),
    parameterCount: highestParameter(node),
    replace(...replacements) {
      parents ??= parentsOf(node);
      // The root is the node itself, so what comes back is one.
      return rebuilt(node, parents, new Map(replacements)) as Node;
    },
  };
  return { kind: "rewritable", statement };
}

function refusal(node: Node, catalog: Catalog): string | null {
  if (!("SelectStmt" in node)) return "only SELECT statements are rewritten";
  let because: string | null = null;
  const inFrom = new Set<object>();
  walk(node, (each) => {
    if ("RangeFunction" in each) walk(each.RangeFunction, (inside) => void inFrom.add(inside));
    if ("FuncCall" in each && !inFrom.has(each) && returnsRows(each, catalog))
      because = `${functionName(each.FuncCall)}() returns several rows for one`;
    if ("InsertStmt" in each || "UpdateStmt" in each || "DeleteStmt" in each || "MergeStmt" in each) because = "it changes rows";
    if ("LockingClause" in each) because = "it locks rows (FOR UPDATE or FOR SHARE)";
    if ("IntoClause" in each) because = "SELECT INTO makes a table";
    if ("RangeTableSample" in each) because = "TABLESAMPLE gives other rows each time";
    if ("FuncCall" in each && !isKnown(each, catalog)) because = `nobody can say whether ${functionName(each.FuncCall)}() is volatile`;
    return because === null ? undefined : "skip";
  });
  if (node.SelectStmt.intoClause) return "SELECT INTO makes a table";
  return because;
}

const windowFunctions = new Set(
  "row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value".split(" "),
);
/** Their overloads differ in being immutable or stable; none is volatile. */
const neverVolatile = new Set(
  `date_trunc extract date_part timezone date age to_timestamp to_tsvector to_tsquery plainto_tsquery phraseto_tsquery
  websearch_to_tsquery quote_literal quote_nullable text like not_like timestamp timestamptz int4 int8 numeric varchar isfinite overlaps
  array_to_tsvector jsonb_path_exists jsonb_set xmlexists make_interval hstore st_asgeojson st_astext coalesce greatest least`.split(/\s+/),
);

function isKnown(node: Node, catalog: Catalog): boolean {
  if (!("FuncCall" in node)) return true;
  const name = functionName(node.FuncCall);
  if (catalog.functions.some((each) => each.name === name)) return true;
  if (builtInVolatility(name) !== null || neverVolatile.has(name) || windowFunctions.has(name)) return true;
  const { over: _, ...call } = node.FuncCall;
  return aggregatesIn({ FuncCall: call }).length > 0 || returnsSet(node);
}

/** A function of the user's that multiplies rows where it stands in a SELECT list. */
function returnsRows(node: Node, catalog: Catalog): boolean {
  if (!("FuncCall" in node)) return false;
  const name = functionName(node.FuncCall);
  return catalog.functions.some((each) => each.name === name && /\bRETURNS\s+(?:SETOF|TABLE)\b/i.test(each.definition));
}

function callsVolatile(node: Node, catalog: Catalog): boolean {
  let found = false;
  const views = new Set<Relation>();
  walk(node, (each) => {
    if ("FuncCall" in each && isVolatile(functionName(each.FuncCall), catalog)) found = true;
    if ("RangeVar" in each) for (const view of viewsNamed(each.RangeVar.relname ?? "", catalog)) views.add(view);
    return undefined;
  });
  // A view is as volatile as what it calls and reads; a Set may grow while it is walked.
  for (const { viewDefinition } of views)
    for (const [, name = "", call] of (viewDefinition ?? "").matchAll(/"?([A-Za-z_][\w$]*)"?\s*(\()?/g)) {
      if (call && isVolatile(name, catalog)) found = true;
      if (!call) for (const below of viewsNamed(name, catalog)) views.add(below);
    }
  return found;
}

function isVolatile(name: string, catalog: Catalog): boolean {
  return (
    catalog.functions.some((known) => known.name === name && known.volatility === "volatile") || builtInVolatility(name) === "volatile"
  );
}

/** Views of a name, in whatever schema: one too many costs a rewrite. */
function viewsNamed(name: string, catalog: Catalog): readonly Relation[] {
  return catalog.relations.filter((relation) => relation.name === name && relation.kind === "view");
}

function highestParameter(node: Node): number {
  let highest = 0;
  walk(node, (each) => {
    if ("ParamRef" in each) highest = Math.max(highest, each.ParamRef.number ?? 0);
    return undefined;
  });
  return highest;
}

function* filtersOf(level: QueryLevel): Generator<Filter> {
  const { select } = level;
  if (select.whereClause) yield* leaves(level, select.whereClause, "where", true);
  for (const quals of onClauses(select)) yield* leaves(level, quals, "on", true);
}

function* leaves(level: QueryLevel, node: Node, clause: Filter["clause"], conjunct: boolean): Generator<Filter> {
  if ("BoolExpr" in node && node.BoolExpr.boolop !== "NOT_EXPR") {
    const below = conjunct && node.BoolExpr.boolop === "AND_EXPR";
    for (const arg of node.BoolExpr.args ?? []) yield* leaves(level, arg, clause, below);
    return;
  }
  yield { level, node, clause, conjunct };
}

/** ON conditions of this level's joins. FULL JOIN's must stay mergeable, so they are left out. */
function* onClauses(select: SelectStmt): Generator<Node> {
  const waiting = [...(select.fromClause ?? [])];
  for (let item = waiting.shift(); item; item = waiting.shift()) {
    if (!("JoinExpr" in item)) continue;
    if (item.JoinExpr.quals && item.JoinExpr.jointype !== "JOIN_FULL") yield item.JoinExpr.quals;
    waiting.unshift(...[item.JoinExpr.larg, item.JoinExpr.rarg].flatMap((side) => (side ? [side] : [])));
  }
}

function parentsOf(root: object): ReadonlyMap<object, object> {
  const parents = new Map<object, object>();
  const waiting: object[] = [root];
  for (let owner = waiting.pop(); owner; owner = waiting.pop())
    for (const value of Object.values(owner)) {
      if (typeof value !== "object" || value === null) continue;
      parents.set(value, owner);
      waiting.push(value);
    }
  return parents;
}

/** Copies only what lies between the root and a replaced object. */
function rebuilt(root: object, parents: ReadonlyMap<object, object>, replacements: ReadonlyMap<object, object>): object {
  const touched = new Set<object>();
  for (const target of replacements.keys())
    for (let at: object | undefined = target; at && !touched.has(at); at = parents.get(at)) touched.add(at);
  const copy = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null || !touched.has(value)) return value;
    const replacement = replacements.get(value);
    if (replacement) return replacement;
    if (Array.isArray(value)) return value.map(copy);
    if ("boolop" in value && "args" in value && Array.isArray(value.args)) return { ...value, args: flatArgs(value.boolop, value.args) };
    return Object.fromEntries(Object.entries(value).flatMap(([key, each]) => (each === undefined ? [] : [[key, copy(each)]])));
  };
  // AND in place of a conjunct joins the AND around it, as the parser would read it.
  const flatArgs = (boolop: unknown, args: readonly unknown[]) =>
    args.flatMap((arg) => {
      const made = copy(arg) as Node;
      return made !== arg && "BoolExpr" in made && made.BoolExpr.boolop === boolop && replacements.has(arg as object)
        ? (made.BoolExpr.args ?? [])
        : [made];
    });
  return copy(root) as object;
}
