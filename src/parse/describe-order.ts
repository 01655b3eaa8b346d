import type { Node } from "@pgsql/types";
import { scanExpression } from "../names/expression.ts";
import { expressionKey } from "../names/expression-key.ts";
import { typeOf } from "../names/expression-type.ts";
import { aggregatesIn, functionName } from "../names/query-shape.ts";
import {
  columnOf,
  type DerivedSource,
  type Limit,
  type Query,
  type SortItem,
  type Source,
  sourcesOf,
  type TableSource,
} from "../names/query-tree.ts";
import type { Region } from "./join-regions.ts";
import { inArm } from "./push-down.ts";
import { draftOf, type ScanDrafts } from "./scan-draft.ts";
import { groupingOn, type KnownOrder, meaningfulItems, overSource, sortKeysOn } from "./sort-keys.ts";

/** An order that the query above wants of this one's rows, over this one's sources, and its LIMIT. */
export interface OrderAbove {
  readonly items: readonly SortItem[];
  readonly limit: Limit | null;
}

/** Sort, grouping, limit and extremes of the tables whose order can reach the query's output. */
export function describeOrder(query: Query, top: Region, known: KnownOrder, above: OrderAbove | null, drafts: ScanDrafts): void {
  const { items, limit } = wantedOrder(query, above);
  const wanted = meaningfulItems(items, known);
  const keys = groupingKeys(query);
  const tables = [...top.ordered].filter((source) => source.kind === "table");
  for (const table of tables) {
    const draft = draftOf(drafts, table);
    draft.sort = sortKeysOn(wanted, table, known);
    draft.grouping = groupingOn(keys, table, known);
    if (draft.sort.length > 0 || (wanted.length === 0 && isAlone(top, table) && !query.grouped)) draft.limit = limit;
    if (isAlone(top, table)) draft.extremes = extremesOf(query, table, known);
  }
}

function isAlone(top: Region, table: Source): boolean {
  return top.sources.size === 1 && top.sources.has(table);
}

/**
 * The order that helps this query: its own ORDER BY where that is over ungrouped columns or over grouping keys; with window
 * functions all over one window, PARTITION BY then ORDER BY of that window, since the rows are sorted so before anything else;
 * else what the query above wants. A LIMIT goes with it: rows come in order, so the scan may stop. Over GROUP BY and DISTINCT it
 * counts groups, of which a scan in order makes one after the other.
 */
function wantedOrder(query: Query, above: OrderAbove | null): OrderAbove {
  const none: OrderAbove = { items: [], limit: null };
  if (query.groupingSets) return none;
  const own = query.sort.length > 0 || query.limit !== null;
  const passed = above?.items.length === 0 ? above.limit : null;
  const wanted = own ? { items: query.sort, limit: query.limit ?? passed } : (above ?? none);
  if (query.windows.length > 0) return query.windows.length === 1 ? windowOrder(query, wanted) : none;
  if (!query.grouped) return wanted;
  const keys = new Set(query.groupKeys.map(expressionKey));
  return wanted.items.length > 0 && wanted.items.every(({ node }) => keys.has(expressionKey(node))) ? wanted : none;
}

function windowOrder(query: Query, wanted: OrderAbove): OrderAbove {
  const [window] = query.windows;
  if (!window || query.grouped) return { items: [], limit: null };
  const items = [...window.partition.map((node) => ({ node, descending: false, nullsFirst: false })), ...window.order];
  const text = (item: SortItem) => `${expressionKey(item.node)} ${item.descending} ${item.nullsFirst}`;
  const kept = wanted.items.every((item, position) => items[position] !== undefined && text(item) === text(items[position]));
  return { items, limit: kept ? wanted.limit : null };
}

function groupingKeys(query: Query): readonly Node[] {
  if (query.groupingSets || query.windows.length > 0) return [];
  if (query.groupKeys.length > 0) return query.groupKeys;
  if (query.grouped) return [];
  if (query.distinct === "all") return query.outputs.map((output) => output.expression);
  return query.distinct === "none" ? [] : query.distinct;
}

/** planagg.c: every aggregate of a plain aggregate query is min or max, so each may be one end of an index. */
function extremesOf(query: Query, table: TableSource, known: KnownOrder) {
  if (!query.grouped || query.groupKeys.length > 0 || query.groupingSets || query.windows.length > 0) return [];
  const aggregates = [...query.outputs.map((output) => output.expression), ...query.having].flatMap(aggregatesIn);
  const found = new Map<string, NonNullable<ReturnType<typeof scanExpression>>>();
  for (const aggregate of aggregates) {
    const call = "FuncCall" in aggregate ? aggregate.FuncCall : null;
    const name = call ? functionName(call) : "";
    const [argument] = call?.args ?? [];
    if (!call || (name !== "min" && name !== "max") || call.agg_filter || !argument || typeOf(argument) === "unknown") return [];
    const on = scanExpression(argument, table, known.catalog);
    if (on) found.set(on.sql, on);
  }
  return [...found.values()];
}

/**
 * What order a derived source is asked for: this query's own, when it reads nothing else, or when the arms are appended (a
 * merge append keeps each arm's order).
 */
export function ordersBelow(
  query: Query,
  known: KnownOrder,
  above: OrderAbove | null,
): (source: DerivedSource, arm: Query) => OrderAbove | null {
  const plain = !query.grouped && query.distinct === "none" && query.windows.length === 0;
  const wanted = wantedOrder(query, above);
  const items = meaningfulItems(wanted.items, known);
  return (source, arm) => {
    if (source.shared || source.combine === "distinct" || !plain) return null;
    const alone = known.own.size === 1;
    if (!alone && source.combine !== "union-all") return null;
    if (items.length === 0) return alone ? { items: [], limit: wanted.limit } : null;
    const over = items.flatMap((item) => {
      const node = overSource(item.node, source, known);
      return node ? [{ ...item, node: inArm(node, source, arm) }] : [];
    });
    const aligned = over.length === items.length && over.every(({ node }) => sourcesOf(node).size > 0 && !columnOfDerived(node, source));
    return aligned ? { items: over, limit: wanted.limit } : null;
  };
}

function columnOfDerived(node: Node, source: DerivedSource): boolean {
  return columnOf(node)?.source === source;
}
