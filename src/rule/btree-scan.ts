import type { Column, Relation } from "../domain/catalog.ts";
import type { Predicate, Scan } from "../domain/workload.ts";
import type { CatalogView } from "./catalog-view.ts";
import { indexableRelation } from "./scan-facts.ts";
import { selectivity } from "./selectivity.ts";

/** A scan's predicates as a B-tree sees them: which columns it can be entered by, and how. */
export interface BtreeScan {
  readonly relation: Relation;
  readonly scan: Scan;
  /** Columns bound to one value by the statement itself, most distinct first. */
  readonly equality: readonly string[];
  /** Columns bound to a list of values (IN, = ANY), most distinct first. */
  readonly lists: readonly string[];
  /** Columns bounded from one or both sides, the one that keeps fewest rows first. */
  readonly ranges: readonly string[];
  /** Columns compared by `=` with another relation's columns, by that relation's alias; the most distinct first. */
  readonly joins: ReadonlyMap<string, readonly string[]>;
  /** Columns bounded by another relation's columns. */
  readonly joinRanges: readonly string[];
}

const oneValue = new Set(["=", "is null", "is true", "is false"]);
const oneBound = new Set(["<", "<=", ">", ">="]);

/** Above this a nullable column's `IS NOT NULL` keeps few enough rows to enter an index by. Our own choice: half. */
const mostlyNull = 0.5;

/** Null when the relation can hold no index or is smaller than `minRows`; a relation never analysed counts by its blocks. */
export function btreeScan(scan: Scan, catalog: CatalogView, minRows: number, predicates = scan.predicates): BtreeScan | null {
  const relation = indexableRelation(catalog, scan, minRows);
  if (!relation) return null;
  const found = { equality: new Set<string>(), lists: new Set<string>(), ranges: new Map<string, number>(), joinRanges: new Set<string>() };
  const joins = new Map<string, Set<string>>();
  for (const predicate of predicates) {
    const column = btreeColumn(relation, predicate);
    if (!column || !usable(predicate)) continue;
    const name = column.name;
    const { operator, compared } = predicate;
    if (oneValue.has(operator)) {
      if (compared.kind === "column") joins.set(compared.alias, (joins.get(compared.alias) ?? new Set()).add(name));
      else found.equality.add(name);
    } else if (operator === "= any") found.lists.add(name);
    else if (oneBound.has(operator)) {
      if (compared.kind === "column") found.joinRanges.add(name);
      else addRange(found.ranges, name, selectivity(catalog, relation, predicate));
    } else if (operator === "is not null" && (column.statistics?.nullFraction ?? 0) >= mostlyNull)
      addRange(found.ranges, name, selectivity(catalog, relation, predicate));
  }
  const mostDistinct = byDistinct(relation, catalog);
  for (const column of found.equality) found.lists.delete(column);
  const bound = new Set([...found.equality, ...found.lists]);
  return {
    relation,
    scan,
    equality: [...found.equality].sort(mostDistinct),
    lists: [...found.lists].sort(mostDistinct),
    ranges: [...found.ranges]
      .filter(([name]) => !bound.has(name))
      .sort(([a, keptA], [b, keptB]) => keptA - keptB || (a < b ? -1 : 1))
      .map(([name]) => name),
    joins: withoutBound(joins, found.equality, mostDistinct),
    joinRanges: [...found.joinRanges].filter((name) => !bound.has(name)).sort(),
  };
}

/** Types with no default B-tree operator class in core. pg_opclass, PostgreSQL 18. */
const unordered = new Set("json xml point box circle line lseg path polygon xid cid aclitem refcursor txid_snapshot jsonpath".split(" "));

/** True when the column may be a B-tree key: an order exists, and its values fit a page (2,704 bytes at most; far fewer to be of use). */
export function mayBeBtreeKey(column: Column, maxWidthBytes = 400): boolean {
  if (unordered.has(column.elementType ?? column.baseType) || column.generated === "virtual") return false;
  return (column.statistics?.averageWidthBytes ?? column.inheritedStatistics?.averageWidthBytes ?? 0) <= maxWidthBytes;
}

/** For sorting columns of a key: most distinct values first, unknown last, then by name. */
export function byDistinct(relation: Relation, catalog: CatalogView): (a: string, b: string) => number {
  const distinct = (name: string) => catalog.distinct(relation, name) ?? 0;
  return (a, b) => distinct(b) - distinct(a) || (a < b ? -1 : 1);
}

function btreeColumn(relation: Relation, predicate: Predicate): Column | null {
  const column = relation.columns.find((each) => each.name === predicate.on.column);
  if (!column || !mayBeBtreeKey(column)) return null;
  // An index has the column's collation; a comparison under another cannot use it.
  return predicate.on.collation === null || predicate.on.collation === column.collation ? column : null;
}

/** A volatile right side changes from row to row, so it cannot enter an index; a comparison with NULL keeps nothing. */
function usable({ compared }: Predicate): boolean {
  if (compared.kind === "constant" && compared.value === null && compared.values === null) return false;
  return compared.kind !== "expression" || compared.stable;
}

/** Two bounds of one column keep the product of what each keeps alone, or less. */
function addRange(ranges: Map<string, number>, name: string, kept: number | null): void {
  ranges.set(name, (ranges.get(name) ?? 1) * (kept ?? 1 / 3));
}

function withoutBound(
  joins: ReadonlyMap<string, ReadonlySet<string>>,
  equality: ReadonlySet<string>,
  order: (a: string, b: string) => number,
): Map<string, string[]> {
  const left = [...joins].map(([alias, columns]) => [alias, [...columns].filter((name) => !equality.has(name)).sort(order)] as const);
  return new Map(left.filter(([, columns]) => columns.length > 0).sort(([a], [b]) => (a < b ? -1 : 1)));
}
