import { filterOrders, joinOrders, sortOrders } from "./btree-orders.ts";
import { type BtreeScan, byDistinct, mayBeBtreeKey } from "./btree-scan.ts";
import type { CatalogView } from "./catalog-view.ts";
import { type KeyOrder, keyOrder } from "./key-order.ts";

/**
 * Orders for an index-only scan over the columns `read`: every order the scan could enter by (where one begins another,
 * the longer holds as much and narrows more), and the columns as keys alone where equal entries are then stored once.
 */
export function coveringOrders(facts: BtreeScan, catalog: CatalogView, read: readonly string[], maxKeys: number): KeyOrder[] {
  const joins = joinOrders(facts, maxKeys);
  const filters = filterOrders(facts, maxKeys);
  const sorts = sortOrders(facts, catalog, maxKeys);
  const orders = [...joins.slice(0, 5), ...filters.slice(0, 4), ...sorts.slice(0, 4), ...joins.slice(5), ...filters.slice(4)];
  const longest = orders.filter((order) => !orders.some((other) => begins(order, other)));
  if (longest.length === 0) {
    // A filter that no B-tree can be entered by (a search inside a text, a function) is the statement's trouble, and a copy of its columns no answer.
    return facts.scan.predicates.length === 0 ? [allAsKeys(facts, catalog, keyOrder([], [], 0), read)] : [];
  }
  const [first] = longest;
  const deduplicated = first && deduplicates(facts, catalog, read) ? [allAsKeys(facts, catalog, first, read)] : [];
  return unlike([...deduplicated, ...longest]);
}

/** Average bytes of a row's columns as the statistics have them; 8 for a column without. */
export function averageWidth(facts: BtreeScan, catalog: CatalogView, columns: Iterable<string>): number {
  return [...columns].reduce((sum, name) => sum + (catalog.statistics(facts.relation, name)?.averageWidthBytes ?? 8), 0);
}

/** Types whose equal values may look different, so that B-tree cannot store them once (btree.html, deduplication). */
const notDeduplicable = new Set(["numeric", "jsonb", "float4", "float8"]);

/** True when entries over these columns repeat four times or more, so that deduplication outweighs what INCLUDE saves. */
function deduplicates(facts: BtreeScan, catalog: CatalogView, columns: readonly string[]): boolean {
  const rows = catalog.rows(facts.relation);
  const combinations = columns.reduce((product, name) => product * (catalog.distinct(facts.relation, name) ?? Number.POSITIVE_INFINITY), 1);
  const types = facts.relation.columns.filter((each) => columns.includes(each.name));
  return rows !== null && combinations < rows / 4 && types.every((each) => mayBeBtreeKey(each) && !notDeduplicable.has(each.baseType));
}

/** The order's keys, then every other column read, fewest values first. */
function allAsKeys(
  facts: BtreeScan,
  catalog: CatalogView,
  { keys, interchangeable, ordered }: KeyOrder,
  read: readonly string[],
): KeyOrder {
  const may = (name: string) => facts.relation.columns.some((each) => each.name === name && mayBeBtreeKey(each));
  const fewestFirst = [...read].filter(may).sort((a, b) => byDistinct(facts.relation, catalog)(b, a));
  const all = keyOrder([], [...keys, ...fewestFirst], 32);
  return { keys: all.keys, interchangeable, ordered };
}

function begins(short: KeyOrder, long: KeyOrder): boolean {
  if (short === long || short.keys.length >= long.keys.length) return false;
  return short.keys.every((each, at) => JSON.stringify(each) === JSON.stringify(long.keys[at]));
}

function unlike(orders: readonly KeyOrder[]): KeyOrder[] {
  const seen = new Set<string>();
  return orders.filter(({ keys }) => keys.length > 0 && !seen.has(JSON.stringify(keys)) && seen.add(JSON.stringify(keys)) !== null);
}
