import type { CandidateKey, IndexDefinition } from "../domain/candidate.ts";
import type { Predicate, Scan } from "../domain/workload.ts";
import { filterOrders, joinOrders, sortOrders } from "./btree-orders.ts";
import { type BtreeScan, btreeScan, mayBeBtreeKey } from "./btree-scan.ts";
import { index, key } from "./build.ts";
import type { CatalogView } from "./catalog-view.ts";
import { bestPerExpression, classIndex, classKeys } from "./class-key.ts";
import { averageWidth } from "./covering-orders.ts";
import { coveringDoubt, usualTerms } from "./covering-pays.ts";
import { alreadyGiven, type KeyOrder, keyOrder } from "./key-order.ts";
import { selectivity } from "./selectivity.ts";
import { servedBy } from "./served.ts";

/** No GIN operator class of ours is younger than the oldest major version supported. */
const oldestServer = 13;

/** Widest set of further columns worth copying into a partial index so that the table is not read; our own choice. */
const mostIncluded = 6;
const mostIncludedBytes = 120;

/**
 * Indexes over the rows that `conditions` keep: a GIN for what it can search, B-trees keyed by whatever else the scan filters, joins or sorts by; where it does nothing else,
 * by the columns it reads or the condition's own column. Those that an index gives already are left out. At most ten.
 */
export function partialIndexes(scan: Scan, conditions: readonly Predicate[], catalog: CatalogView, minRows: number): IndexDefinition[] {
  const others = scan.predicates.filter((predicate) => !conditions.includes(predicate));
  const facts = btreeScan(scan, catalog, minRows, others);
  if (!facts || conditions.length === 0) return [];
  const predicate = conditions.map(conjunct).join(" AND ");
  const partial = (keys: readonly CandidateKey[], include: readonly string[] = []) =>
    index(scan.relation, "btree", keys, { predicate, include });

  const orders = [...filterOrders(facts, 4).slice(0, 3), ...joinOrders(facts, 4).slice(0, 2), ...sortOrders(facts, catalog, 4).slice(0, 2)];
  const useful = unlike(orders.length > 0 ? orders : keysOfLastResort(facts, conditions)).filter(
    (order) => !fullIndexGives(catalog, facts, conditions, order),
  );
  const plain = useful.map((order) => partial(order.keys));
  const onExpressions = expressionKeys(others).map((each) => partial([each]));
  const whole = btreeScan(scan, catalog, minRows) ?? facts;
  const covering = useful.slice(0, 1).flatMap((order) => {
    const include = restOfColumns(facts, catalog, order.keys, conditions);
    const pays = coveringDoubt(whole, catalog, { order, read: scan.columnsRead ?? [], terms: usualTerms }) === null;
    return include.length > 0 && pays ? [partial(order.keys, include)] : [];
  });
  const searches = { ...scan, predicates: others, disjunctions: [] };
  const searched = bestPerExpression(classKeys(searches, "gin", catalog, oldestServer)).slice(0, 1);
  const onSearches = searched.map((each) => ({ ...classIndex(scan.relation, [each]), predicate }));
  return [...onSearches, ...onExpressions, ...plain, ...covering].filter((wanted) => servedBy(catalog, wanted) === null);
}

/** Part of the rows that all conditions keep together, taken as independent as the planner does; null when one is unknown. */
export function fractionKept(scan: Scan, conditions: readonly Predicate[], catalog: CatalogView): number | null {
  return conditions.reduce<number | null>((product, predicate) => {
    const one = selectivity(catalog, scan.relation, predicate);
    return product === null || one === null ? null : product * one;
  }, 1);
}

/** True for a test that no parameter changes: IS [NOT] NULL of a column, or a boolean column by itself. */
export function isNullOrFlagTest({ on, operator }: Predicate): boolean {
  return on.column !== null && /^is (not )?(null|true|false)$/.test(operator);
}

/** AND binds more tightly than OR. */
function conjunct({ sql }: Predicate): string {
  return /\bor\b/i.test(sql.replaceAll(/'(?:[^']|'')*'/g, "")) ? `(${sql})` : sql;
}

/** When the condition is all the scan has: the few columns it reads (then the table need not be), the primary key, the condition's own column. */
function keysOfLastResort({ scan, relation }: BtreeScan, conditions: readonly Predicate[]): KeyOrder[] {
  const own = conditions.flatMap(({ on }) => (on.column === null ? [] : [on.column]));
  const keyable = (name: string) => relation.columns.some((column) => column.name === name && mayBeBtreeKey(column));
  const read = (scan.columnsRead ?? []).filter((name) => !own.includes(name) && keyable(name));
  const primary = relation.constraints.find((constraint) => constraint.kind === "primary-key")?.columns ?? [];
  // NULL as the only key value would say nothing.
  const ownKeys = conditions.some(({ operator }) => operator === "is null") ? [] : own.filter(keyable).slice(0, 1);
  const wanted = [read.length <= 3 && scan.columnsRead !== null ? read : [], ownKeys, primary.slice(0, 1)];
  return wanted
    .filter((keys) => keys.length > 0)
    .slice(0, 2)
    .map((keys) => keyOrder([], keys, 4));
}

const btreeOperators = new Set(["=", "= any", "<", "<=", ">", ">="]);

function expressionKeys(others: readonly Predicate[]): CandidateKey[] {
  const expressions = others.filter(({ on, operator }) => on.column === null && on.immutable !== false && btreeOperators.has(operator));
  return expressions.slice(0, 2).map(({ on }) => key(on));
}

const oneValue = new Set(["=", "is null", "is true", "is false"]);

/** A full index that leads with the condition's column serves as well: equality enters it at one place. */
function fullIndexGives(catalog: CatalogView, facts: BtreeScan, conditions: readonly Predicate[], order: KeyOrder): boolean {
  const columns = conditions.map(({ on, operator }) => (oneValue.has(operator) ? on.column : null));
  const known = columns.filter((column) => column !== null);
  if (known.length < columns.length) return false;
  const keys = [...known.map((column) => key(column)), ...order.keys.filter(({ column }) => column === null || !known.includes(column))];
  return alreadyGiven(catalog, facts, { ...order, keys, interchangeable: order.interchangeable + known.length });
}

/** The other columns read, when they are few and narrow; those that only the condition names need not be stored. */
function restOfColumns(
  facts: BtreeScan,
  catalog: CatalogView,
  keys: readonly CandidateKey[],
  conditions: readonly Predicate[],
): readonly string[] {
  const held = new Set([...keys.map(({ column }) => column), ...conditions.map(({ on }) => on.column)]);
  const rest = (facts.scan.columnsRead ?? []).filter((name) => !held.has(name));
  return rest.length <= mostIncluded && averageWidth(facts, catalog, rest) <= mostIncludedBytes ? rest : [];
}

function unlike(orders: readonly KeyOrder[]): KeyOrder[] {
  const seen = new Set<string>();
  return orders.filter(({ keys }) => keys.length > 0 && !seen.has(JSON.stringify(keys)) && seen.add(JSON.stringify(keys)) !== null);
}
