import type { ColumnRef, Node, SubLink } from "@pgsql/types";
import type { Relation } from "../domain/catalog.ts";
import type { Scan } from "../domain/workload.ts";
import { walk } from "../syntax/tree.ts";

/**
 * A statement with its names resolved. Expressions stay parse-tree nodes, but every column reference carries the source it
 * means (`columnOf`), and every sublink its resolved query (`queryOf`). Subqueries that PostgreSQL pulls up are already merged
 * into their parent: a reference to their output *is* the output's expression. Nodes are never changed once made, so they are shared.
 */
export interface Query {
  readonly id: number;
  readonly from: JoinTree;
  readonly outputs: readonly Output[];
  readonly groupKeys: readonly Node[];
  /** Has GROUP BY, an aggregate or HAVING. */
  readonly grouped: boolean;
  readonly groupingSets: boolean;
  readonly having: readonly Node[];
  readonly distinct: "none" | "all" | readonly Node[];
  readonly windows: readonly Window[];
  readonly sort: readonly SortItem[];
  readonly limit: Limit | null;
  /** Expressions evaluated besides the above: SET values, function arguments, VALUES rows. */
  readonly reads: readonly Node[];
  /** Statements run for this one as they stand: the source of an INSERT, data-modifying CTEs. */
  readonly nested: readonly Query[];
  /** References from inside to columns of enclosing queries. */
  readonly outer: readonly Var[];
  /** True when the outputs can be substituted into the query that reads them (prepjointree.c, is_simple_subquery). */
  readonly simple: boolean;
}

export interface Output {
  readonly name: string;
  readonly expression: Node;
  /** Written as `*` over a base relation, all the way down. */
  readonly star: boolean;
}

export interface Window {
  readonly partition: readonly Node[];
  readonly order: readonly SortItem[];
}

export interface SortItem {
  readonly node: Node;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** Rows that are fetched at most (LIMIT plus OFFSET when both are known), and whether the count is a parameter or computed. */
export type Limit = number | "parameter";

/** A FROM clause as the planner joins it. Conditions are conjuncts in normal form (conditions.ts). */
export type JoinTree =
  | { readonly kind: "source"; readonly source: Source }
  /** Inner join of all children; conditions of WHERE, ON, or a pulled-up subquery. */
  | { readonly kind: "inner"; readonly children: readonly JoinTree[]; readonly conditions: readonly Node[] }
  | {
      /**
       * semi: IN or EXISTS turned into a join, the right side's rows are only looked for. left: RIGHT is turned round.
       * anti: NOT EXISTS.
       */
      readonly kind: "semi" | "left" | "anti" | "full";
      readonly left: JoinTree;
      readonly right: JoinTree;
      readonly conditions: readonly Node[];
    };

export type Source = TableSource | DerivedSource | OpaqueSource;

export interface TableSource {
  readonly kind: "table";
  readonly id: number;
  readonly alias: string;
  readonly relation: Relation;
  role: Scan["role"];
  /** The whole row is fetched whatever columns are named: a changed or locked row. */
  rowNeeded: boolean;
}

/** A subquery, view, CTE or set operation that is planned on its own. */
export interface DerivedSource {
  readonly kind: "derived";
  readonly id: number;
  readonly alias: string;
  /** One query, or the arms of a set operation. */
  readonly arms: readonly Query[];
  readonly combine: "single" | "union-all" | "distinct";
  /** A CTE computed once: no condition enters, and all of its columns are computed. */
  readonly shared: boolean;
}

/** A function, VALUES list, recursive reference or relation we do not know. */
export interface OpaqueSource {
  readonly kind: "opaque";
  readonly id: number;
  readonly alias: string;
}

/** What a column reference means. */
export interface Var {
  readonly source: Source;
  /** Name in the relation, or of the output; null for the whole row. */
  readonly column: string | null;
  /** Position among a derived source's outputs, else −1. */
  readonly position: number;
}

// Symbols, so that walking, rebuilding and deparsing a tree see ordinary nodes.
const meaning = Symbol("resolved column");
const subquery = Symbol("resolved query");

interface ResolvedColumn extends ColumnRef {
  readonly [meaning]: Var;
}
interface ResolvedSubLink extends SubLink {
  readonly [subquery]: Query;
}

/** A reference that deparses as `alias.column`. */
export function columnNode(source: Source, column: string | null, position = -1): Node {
  const names = column === null ? [source.alias] : [source.alias, column];
  const reference: ResolvedColumn = {
    fields: names.map((sval) => ({ String: { sval } })),
    [meaning]: { source, column, position },
  };
  return { ColumnRef: reference };
}

/** What a node refers to when it is a resolved column reference, else null. */
export function columnOf(node: Node): Var | null {
  if (!("ColumnRef" in node)) return null;
  // Only columnNode() sets the symbol.
  return (node.ColumnRef as Partial<ResolvedColumn>)[meaning] ?? null;
}

export function subLinkNode(link: SubLink, query: Query): Node {
  const resolved: ResolvedSubLink = { ...link, [subquery]: query };
  return { SubLink: resolved };
}

/** The resolved query of a sublink, else null. */
export function queryOf(node: Node): Query | null {
  if (!("SubLink" in node)) return null;
  // Only subLinkNode() sets the symbol.
  return (node.SubLink as Partial<ResolvedSubLink>)[subquery] ?? null;
}

const known = new WeakMap<Node, readonly Var[]>();

/** Every column an expression needs, those that its sublinks take from outside included. */
export function varsOf(node: Node): readonly Var[] {
  const before = known.get(node);
  if (before) return before;
  const found: Var[] = [];
  walk(node, (each) => {
    const column = columnOf(each);
    if (column) found.push(column);
    const query = queryOf(each);
    if (!query || !("SubLink" in each)) return;
    found.push(...query.outer);
    if (each.SubLink.testexpr) found.push(...varsOf(each.SubLink.testexpr));
    return "skip";
  });
  known.set(node, found);
  return found;
}

export function sourcesOf(node: Node): ReadonlySet<Source> {
  return new Set(varsOf(node).map((each) => each.source));
}

/** True when the expression holds a subquery. */
export function hasSubLink(node: Node): boolean {
  let found = false;
  walk(node, (each) => {
    if ("SubLink" in each) found = true;
    return found ? "skip" : undefined;
  });
  return found;
}

/** Numbers of the $n in an expression, in order, each once. */
export function parametersOf(node: Node): number[] {
  const numbers = new Set<number>();
  walk(node, (each) => {
    if ("ParamRef" in each) numbers.add(each.ParamRef.number ?? 0);
    return "SubLink" in each ? "skip" : undefined;
  });
  return [...numbers];
}

/** All sources of a join tree. */
export function treeSources(tree: JoinTree): Source[] {
  const found: Source[] = [];
  const waiting: JoinTree[] = [tree];
  for (let each = waiting.pop(); each; each = waiting.pop()) {
    if (each.kind === "source") found.push(each.source);
    else if (each.kind === "inner") waiting.push(...each.children.toReversed());
    else waiting.push(each.right, each.left);
  }
  return found;
}
