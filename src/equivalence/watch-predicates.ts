import type { Node } from "@pgsql/types";
import { isNode, walk } from "../syntax/tree.ts";
import { replaced, type Site, sites, written } from "./tree-sites.ts";

export type Truth = "true" | "false" | "unknown";

/** A condition that AND, OR and NOT do not divide further. */
export interface Predicate {
  /** As SQL, for people. */
  readonly text: string;
  /** What it can come to; `unknown` is left out where nothing in it can be NULL. */
  readonly wanted: readonly Truth[];
}

/** The statement with each predicate passed through `watchFunction`, which notes what it came to. */
export interface WatchedStatement {
  readonly sql: string;
  /** `{place → predicate}`: what the function is called with. */
  readonly predicates: readonly Predicate[];
}

/** More conditions than these are not watched: each is a function call for each row. */
const mostPredicates = 40;
const mostShown = 90;

/** In every scratch database; temporary, so that no search path shows it to the statements. */
export const watchFunction = `create or replace function pg_temp.plansmith_watch(place int, value boolean) returns boolean language plpgsql as $$
declare
  word text := ' ' || place || case when value then 't' when not value then 'f' else 'u' end || ' ';
  known text := coalesce(current_setting('plansmith.watched', true), '');
begin
  if position(word in known) = 0 then perform set_config('plansmith.watched', known || word, true); end if;
  return value;
end $$`;

/** Asked after the watched statement, in its transaction. */
export const watchedWords = "select current_setting('plansmith.watched', true)";

/** Null when nothing can be watched. `notNull`: columns of such a name are never NULL. */
export function watchPredicates(tree: Node, notNull: ReadonlySet<string>): WatchedStatement | null {
  if (!("SelectStmt" in tree || "UpdateStmt" in tree || "DeleteStmt" in tree || "InsertStmt" in tree)) return null;
  const places = conditionsIn(tree)
    .slice(0, mostPredicates)
    // Inner places first: what holds them is read again when its turn comes.
    .sort((a, b) => b.path.length - a.path.length);
  if (places.length === 0) return null;
  let watched: Node = tree;
  const predicates: Predicate[] = [];
  for (const { node, path } of places) {
    const inside = at(watched, path);
    if (!isNode(inside)) continue;
    watched = replaced(watched, path, watchCall(predicates.length, inside));
    predicates.push({ text: shown(node), wanted: wantedOf(node, notNull) });
  }
  const sql = written(watched);
  return sql === null ? null : { sql, predicates };
}

/** Every condition of the statement that AND, OR and NOT do not divide further, but those of constants alone. */
export function conditionsOf(tree: Node): Node[] {
  return conditionsIn(tree).map(({ node }) => node);
}

function conditionsIn(tree: Node): Site[] {
  return sites(tree)
    .filter(({ path }) => isCondition(tree, path))
    .flatMap(({ node, path }) => leavesOf(node, path))
    .filter(({ node }) => hasInput(node));
}

type Path = readonly (string | number)[];

/** WHERE, HAVING, FILTER, ON (but of FULL JOIN, which PostgreSQL can only do by a plain comparison), and the WHEN of a searched CASE. */
function isCondition(tree: Node, path: Path): boolean {
  const [parent, key] = path.slice(-2);
  if (key === "whereClause" || key === "havingClause" || key === "agg_filter") return true;
  if (key === "quals") return (at(tree, path.slice(0, -1)) as { jointype?: string }).jointype !== "JOIN_FULL";
  if (key !== "expr" || parent !== "CaseWhen") return false;
  // GROUP BY compares expressions as they are written: a watched CASE would be another one.
  return (at(tree, path.slice(0, -4)) as { arg?: unknown }).arg === undefined && !JSON.stringify(tree).includes('"groupClause"');
}

function leavesOf(node: Node, path: Path): { readonly node: Node; readonly path: Path }[] {
  if (!("BoolExpr" in node)) return [{ node, path }];
  return (node.BoolExpr.args ?? []).flatMap((arg, index) => leavesOf(arg, [...path, "BoolExpr", "args", index]));
}

/** Constants alone come to one truth. */
function hasInput(node: Node): boolean {
  return some(node, (each) => "ColumnRef" in each || "ParamRef" in each || "SubLink" in each);
}

function wantedOf(node: Node, notNull: ReadonlySet<string>): Truth[] {
  const twoValued =
    "NullTest" in node ||
    "BooleanTest" in node ||
    ("SubLink" in node && node.SubLink.subLinkType === "EXISTS_SUBLINK") ||
    ("A_Expr" in node && /DISTINCT/.test(node.A_Expr.kind ?? ""));
  const canBeNull = some(node, (each) => {
    if ("ParamRef" in each || "SubLink" in each) return true;
    const last = "ColumnRef" in each ? each.ColumnRef.fields?.at(-1) : undefined;
    return last !== undefined && "String" in last && !notNull.has(last.String.sval ?? "");
  });
  return twoValued || !canBeNull ? ["true", "false"] : ["true", "false", "unknown"];
}

function some(tree: Node, test: (node: Node) => boolean): boolean {
  let found = false;
  walk(tree, (node) => {
    found ||= test(node);
    return found ? "skip" : undefined;
  });
  return found;
}

function watchCall(place: number, value: Node): Node {
  const funcname: Node[] = [{ String: { sval: "pg_temp" } }, { String: { sval: "plansmith_watch" } }];
  return { FuncCall: { funcname, args: [{ A_Const: { ival: { ival: place } } }, value], funcformat: "COERCE_EXPLICIT_CALL" } };
}

function at(tree: unknown, path: Path): unknown {
  // Paths are read from the tree, and what replaces a node keeps the nodes above it.
  return path.reduce<unknown>((value, key) => (value as Record<string | number, unknown> | undefined)?.[key], tree);
}

/** Part of a statement as people read it, cut where it gets long. */
export function shown(node: Node): string {
  const text = (written(node) ?? "a condition").replaceAll(/\s+/g, " ");
  return text.length > mostShown ? `${text.slice(0, mostShown)}…` : text;
}
