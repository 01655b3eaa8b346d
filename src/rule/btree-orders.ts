import type { CandidateKey } from "../domain/candidate.ts";
import type { BtreeScan } from "./btree-scan.ts";
import { byDistinct, mayBeBtreeKey } from "./btree-scan.ts";
import { key } from "./build.ts";
import type { CatalogView } from "./catalog-view.ts";
import { alreadyGiven, type KeyOrder, keyOrder, sortOrderKeys } from "./key-order.ts";

/**
 * Orders that narrow a scan by what the statement compares with values of its own: equality columns, then one range.
 * The widest come first; shorter and rotated ones follow, because another statement may share them.
 */
export function filterOrders({ equality, lists, ranges }: BtreeScan, maxKeys: number): KeyOrder[] {
  const bound = [...equality, ...lists];
  if (bound.length === 0)
    return unlike([
      ...ranges.slice(0, 4).map((range) => keyOrder([], [range], maxKeys)),
      ...pairs(ranges.slice(0, 3)).map((pair) => keyOrder([], pair, maxKeys)),
      ...(ranges.length > 2 ? [keyOrder([], ranges, maxKeys)] : []),
    ]);
  const tails = ranges.length === 0 ? [[]] : ranges.slice(0, 3).map((range) => [range]);
  return unlike([
    ...tails.map((tail) => keyOrder(bound, tail, maxKeys)),
    keyOrder(bound, [], maxKeys),
    ...(ranges.length > 1 ? [keyOrder(bound, ranges, maxKeys)] : []),
    ...bound.slice(1, 4).map((leading) => keyOrder([leading, ...bound], tails[0] ?? [], maxKeys)),
    ...(bound.length > 1 ? bound.slice(0, 3).map((only) => keyOrder([only], [], maxKeys)) : []),
    ...(ranges[0] ? [keyOrder([], [ranges[0]], maxKeys)] : []),
  ]);
}

/** Orders for the inner side of a nested loop, or one side of a merge join: join columns with the filters, either first. */
export function joinOrders(facts: BtreeScan, maxKeys: number): KeyOrder[] {
  const bound = [...facts.equality, ...facts.lists];
  const range = facts.ranges.slice(0, 1);
  const orders = joinedColumns(facts).flatMap((joined) => [
    keyOrder([...joined, ...bound], [...facts.joinRanges.slice(0, 1), ...range], maxKeys),
    keyOrder([...bound, ...joined], range, maxKeys),
    keyOrder(joined, range, maxKeys),
    keyOrder(joined, [], maxKeys),
    ...joined.slice(1, 3).map((leading) => keyOrder([leading, ...joined], range, maxKeys)),
  ]);
  const ranged = facts.joinRanges.slice(0, 2).map((joined) => keyOrder(bound, [joined], maxKeys));
  return unlike([...orders, ...ranged]);
}

/** Orders that give ORDER BY, GROUP BY, DISTINCT, min() and max() without a sort. */
export function sortOrders(facts: BtreeScan, catalog: CatalogView, maxKeys: number): KeyOrder[] {
  const { scan, equality, lists, ranges } = facts;
  // A correlated top-N (LATERAL … ORDER BY … LIMIT) is entered once for each outer row.
  const correlated = scan.limit !== null || scan.extremes.length > 0 ? joinedColumns(facts).slice(0, 2) : [];
  const entries = [...correlated, []];
  return unlike(
    wantedOrders(facts, catalog).flatMap((wanted) =>
      entries.flatMap((joined) => {
        const bound = [...equality, ...joined];
        const left = wanted.filter((each) => !bound.includes(each.column ?? ""));
        if (left.length === 0) return [];
        const filters = [...lists, ...ranges.slice(0, 1)].map((name) => key(name));
        return [
          keyOrder(bound, left, maxKeys),
          ...(filters.length > 0 ? [keyOrder(bound, [...left, ...filters], maxKeys)] : []),
          ...(bound.length > 0 ? [keyOrder([], left, maxKeys)] : []),
        ];
      }),
    ),
  );
}

/** What the statement wants in order, one sequence of keys each; only bare columns (expressions have rules of their own). */
function wantedOrders({ scan, relation }: BtreeScan, catalog: CatalogView): CandidateKey[][] {
  const plain = (name: string | null) => {
    const column = relation.columns.find((each) => each.name === name);
    return column !== undefined && mayBeBtreeKey(column);
  };
  const sorted = scan.sort.every((each) => each.distanceOperator === null && plain(each.on.column)) ? sortOrderKeys(scan.sort) : [];
  const grouped = scan.grouping.every((each) => plain(each.column)) ? scan.grouping.map((each) => key(each)) : [];
  // Grouping follows the ORDER BY as far as that goes, so one index gives both.
  const groupedInOrder = [...sorted.filter((each) => grouped.some((other) => other.column === each.column)), ...grouped];
  const fewestFirst = [...grouped].sort((a, b) => byDistinct(relation, catalog)(b.column ?? "", a.column ?? ""));
  const extremes = scan.extremes.filter((each) => plain(each.column)).map((each) => [key(each)]);
  return [[...sorted], groupedInOrder, grouped, fewestFirst, ...extremes].filter((each) => each.length > 0);
}

/** Sets of join columns: all partners together, then each alone. */
function joinedColumns({ joins }: BtreeScan): (readonly string[])[] {
  const each = [...joins.values()];
  const together = [...new Set(each.flat())];
  return each.length > 1 && together.length <= 3 ? [together, ...each] : each;
}

/** True when the columns that the order compares by equality hold a unique key: one row at most, so nothing is left to narrow. */
export function findsOneRow(catalog: CatalogView, facts: BtreeScan, order: KeyOrder): boolean {
  const bound = new Set([...facts.equality, ...order.keys.slice(0, order.interchangeable).map((each) => each.column)]);
  return catalog
    .indexes(facts.relation)
    .some(
      (existing) =>
        existing.unique && existing.predicate === null && existing.keys.every((each) => each.column !== null && bound.has(each.column)),
    );
}

/** Leaves out orders that an index gives already or that look up a unique key, keeps the first `limit`. */
export function worthTrying(catalog: CatalogView, facts: BtreeScan, orders: readonly KeyOrder[], limit: number): KeyOrder[] {
  return orders.filter((order) => !alreadyGiven(catalog, facts, order) && !findsOneRow(catalog, facts, order)).slice(0, limit);
}

function unlike(orders: readonly KeyOrder[]): KeyOrder[] {
  const seen = new Set<string>();
  return orders.filter(({ keys }) => {
    const text = JSON.stringify(keys);
    return keys.length > 0 && !seen.has(text) && seen.add(text) !== null;
  });
}

function pairs<T>(values: readonly T[]): [T, T][] {
  return values.flatMap((a) => values.filter((b) => b !== a).map((b): [T, T] => [a, b]));
}
