import type { Node } from "@pgsql/types";
import type { Catalog } from "../domain/catalog.ts";
import type { ScanExpression, SortKey } from "../domain/workload.ts";
import { scanExpression } from "../names/expression.ts";
import { expressionKey } from "../names/expression-key.ts";
import { commutator, isDistance, operatorName } from "../names/operators.ts";
import { type SortItem, type Source, sourcesOf, type TableSource } from "../names/query-tree.ts";
import type { EquivalenceClass } from "./equivalence-classes.ts";

/** What order and equality are known of in one query. */
export interface KnownOrder {
  readonly classes: readonly EquivalenceClass[];
  readonly own: ReadonlySet<Source>;
  readonly catalog: Catalog;
}

/** Keys that can differ between rows: those equal to a constant and repeated ones are left out (pathkeys.c, pathkey_is_redundant). */
export function meaningfulItems(items: readonly SortItem[], known: KnownOrder): SortItem[] {
  const seen = new Set<string>();
  return items.filter(({ node }) => {
    if (![...sourcesOf(node)].some((source) => known.own.has(source))) return false;
    const found = classOf(node, known);
    if (found && found.constants.length > 0) return false;
    const keys = found ? found.members.map((member) => expressionKey(member.node)) : [expressionKey(node)];
    const repeated = keys.some((key) => seen.has(key));
    for (const key of keys) seen.add(key);
    return !repeated;
  });
}

function classOf(node: Node, known: KnownOrder): EquivalenceClass | undefined {
  const key = expressionKey(node);
  return known.classes.find((each) => each.members.some((member) => expressionKey(member.node) === key));
}

/** The expression itself when it is over this source alone, else an equal one that is (`ORDER BY u.id` with `o.user_id = u.id`). */
export function overSource(node: Node, source: Source, known: KnownOrder): Node | null {
  const alone = (each: ReadonlySet<Source>) => each.size === 1 && each.has(source);
  if (alone(sourcesOf(node))) return node;
  return classOf(node, known)?.members.find((member) => alone(member.sources))?.node ?? null;
}

/** The order as keys of one table; empty when a key is not over this table. */
export function sortKeysOn(items: readonly SortItem[], table: TableSource, known: KnownOrder): SortKey[] {
  const keys: SortKey[] = [];
  for (const { node, descending, nullsFirst } of items) {
    // `embedding <-> $1` is over one table too: told apart by its operator.
    const distance = distanceFrom(node, table, known.catalog);
    const own = distance ? null : overSource(node, table, known);
    const on = distance?.on ?? (own && scanExpression(own, table, known.catalog));
    if (!on) return [];
    keys.push({ on, descending, nullsFirst, distanceOperator: distance?.operator ?? null });
  }
  return keys;
}

function distanceFrom(node: Node, table: TableSource, catalog: Catalog): { readonly on: ScanExpression; readonly operator: string } | null {
  if (!("A_Expr" in node) || node.A_Expr.kind !== "AEXPR_OP") return null;
  const { lexpr, rexpr } = node.A_Expr;
  const operator = operatorName(node.A_Expr.name);
  if (!lexpr || !rexpr || !isDistance(operator)) return null;
  const onLeft = sourcesOf(lexpr).has(table);
  if (onLeft === sourcesOf(rexpr).has(table)) return null;
  const on = scanExpression(onLeft ? lexpr : rexpr, table, catalog);
  const name = onLeft ? operator : commutator(operator);
  return on && name ? { on, operator: name } : null;
}

/** Grouping keys as expressions of one table, constants left out; empty when a key is not over this table. */
export function groupingOn(keys: readonly Node[], table: TableSource, known: KnownOrder): ScanExpression[] {
  const items = meaningfulItems(
    keys.map((node) => ({ node, descending: false, nullsFirst: false })),
    known,
  );
  const found: ScanExpression[] = [];
  for (const { node } of items) {
    const own = overSource(node, table, known);
    const on = own ? scanExpression(own, table, known.catalog) : null;
    if (!on) return [];
    found.push(on);
  }
  return found;
}
