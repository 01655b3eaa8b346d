import type { Predicate } from "../domain/workload.ts";
import type { BtreeScan } from "./btree-scan.ts";
import type { CatalogView } from "./catalog-view.ts";
import { averageWidth } from "./covering-orders.ts";
import type { KeyOrder } from "./key-order.ts";
import { selectivity } from "./selectivity.ts";

/** Heap tuple header with its line pointer, and those of an index entry (storage-page-layout). */
const rowOverheadBytes = 28;
const entryOverheadBytes = 12;

/** What an index-only scan must spare to be worth columns that only it needs. */
export interface CoveringTerms {
  /** Rows whose table pages are not visited: each spares one page at most. */
  readonly minVisits: number;
  /** Part of the rows, 0–1, from which the scan counts as reading the whole of the index. */
  readonly wholeFraction: number;
  /** Most bytes of an entry against those of a row, 0–1, for such a scan. */
  readonly maxShareOfRow: number;
}

/** What the rule for covering indexes asks by default: our own choice, next to a random page's 4 cost units. */
export const usualTerms: CoveringTerms = { minVisits: 10, wholeFraction: 0.25, maxShareOfRow: 0.33 };
/** Rows that a LIMIT with a parameter keeps: a page of a list; our guess. */
const unknownLimit = 50;

/** Why an index-only scan would not pay: it spares too few page visits, or reads an index that is no narrower than the table. */
export type CoveringDoubt = "few-visits" | "not-narrow";

/**
 * Whether holding all columns `read` in an index by this order can pay: a lookup that finds a handful of rows spares a page
 * for each at most; a scan of much of the table must find an index much narrower than the table, because it still reads an
 * entry for each row. Null when it can, or when the statistics do not tell; always for a joined relation, which is looked into
 * once for each outer row.
 */
export function coveringDoubt(
  facts: BtreeScan,
  catalog: CatalogView,
  { order, read, terms }: { readonly order: KeyOrder; readonly read: readonly string[]; readonly terms: CoveringTerms },
): CoveringDoubt | null {
  if (facts.joins.size > 0 || facts.joinRanges.length > 0) return null;
  const rows = catalog.rows(facts.relation);
  const found = rowsFound(facts, catalog);
  if (rows === null || found === null) return null;
  const limit = facts.scan.limit === "parameter" ? unknownLimit : facts.scan.limit;
  const visits = order.ordered && limit !== null ? Math.min(found, limit) : found;
  if (visits < terms.minVisits) return "few-visits";
  // An order over much of a table costs a random visit for each row, or a sort.
  if (order.ordered || visits < rows * terms.wholeFraction) return null;
  return isNarrow(facts, catalog, read, terms.maxShareOfRow) ? null : "not-narrow";
}

/** True when an entry over these columns takes at most `share` of a row's bytes. */
function isNarrow(facts: BtreeScan, catalog: CatalogView, read: readonly string[], share: number): boolean {
  const row = averageWidth(
    facts,
    catalog,
    facts.relation.columns.map((each) => each.name),
  );
  return read.length > 0 && averageWidth(facts, catalog, read) + entryOverheadBytes <= share * (row + rowOverheadBytes);
}

/** Rows that the statement's own comparisons of bare columns leave, as independent as the planner takes them; null when one is unknown. */
function rowsFound(facts: BtreeScan, catalog: CatalogView): number | null {
  const entered = new Set([...facts.equality, ...facts.lists, ...facts.ranges]);
  const own = facts.scan.predicates.filter(
    ({ on, compared }) => on.column !== null && entered.has(on.column) && compared.kind !== "column",
  );
  return own.reduce<number | null>((left, predicate) => {
    const kept = typicalFraction(facts, catalog, predicate);
    return left === null || kept === null ? null : left * kept;
  }, catalog.rows(facts.relation));
}

/** For an unknown value: what a row's own value keeps on average, because the tenants with most rows are asked for most. */
function typicalFraction({ relation }: BtreeScan, catalog: CatalogView, predicate: Predicate): number | null {
  const known = selectivity(catalog, relation, predicate);
  const { operator, compared, on } = predicate;
  if (operator !== "=" || (compared.kind === "constant" && compared.value !== null)) return known;
  const frequencies = catalog.statistics(relation, on.column ?? "")?.mostCommonFrequencies ?? [];
  return known === null
    ? null
    : Math.max(
        known,
        frequencies.reduce((sum, each) => sum + each * each, 0),
      );
}
