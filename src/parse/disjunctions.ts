import type { Node } from "@pgsql/types";
import type { Catalog } from "../domain/catalog.ts";
import type { Compared, Predicate } from "../domain/workload.ts";
import { armParts } from "../names/conditions.ts";
import { sqlFor } from "../names/expression.ts";
import type { TableSource } from "../names/query-tree.ts";
import { isColumnFree } from "./compared.ts";
import { predicatesOn } from "./predicates.ts";

/** What an OR says about one table: one predicate when it comes to a list of values, else arms, else nothing. */
export type OrFacts =
  | { readonly kind: "predicates"; readonly predicates: readonly Predicate[] }
  | { readonly kind: "arms"; readonly arms: readonly (readonly Predicate[])[] };

/**
 * Null unless every arm restricts the table (orclauses.c takes what each arm says of one relation, whatever else it says).
 * `x = $1 OR $1 IS NULL`: an arm that reads no column is settled once the parameters are known, so the rest counts, when it
 * compares with parameters only; such a predicate keeps the whole OR as its `sql`.
 */
export function disjunctionOn(condition: Node, table: TableSource, catalog: Catalog): OrFacts | null {
  if (!("BoolExpr" in condition) || condition.BoolExpr.boolop !== "OR_EXPR") return null;
  const args = condition.BoolExpr.args ?? [];
  const settled = args.filter(isColumnFree);
  const arms = args
    .filter((arm) => !isColumnFree(arm))
    .map((arm) =>
      armParts(arm)
        .filter((part) => !isColumnFree(part))
        .flatMap((part) => predicatesOn(part, table, catalog)),
    );
  if (arms.length === 0 || arms.some((arm) => arm.length === 0)) return null;
  if (settled.length > 0 && !arms.flat().every((each) => each.compared.kind === "parameter")) return null;
  const sql = sqlFor(condition, table);
  if (sql === null) return null;
  if (arms.length === 1) return { kind: "predicates", predicates: arms[0]!.map((each) => ({ ...each, sql })) };
  const list = asList(
    arms,
    sql,
    args.every((arm) => armParts(arm).length === 1),
  );
  return list ? { kind: "predicates", predicates: [list] } : { kind: "arms", arms };
}

/** `a = 1 OR a = 2 OR a IN (3, 4)` as `a = any`; null when the arms differ in more than the value. */
function asList(arms: readonly (readonly Predicate[])[], sql: string, isWhole: boolean): Predicate | null {
  const [first] = arms[0] ?? [];
  if (!first || !arms.every((arm) => arm.length === 1)) return null;
  const all = arms.map((arm) => arm[0]!);
  const alike = all.every((each) => (each.operator === "=" || each.operator === "= any") && each.on.sql === first.on.sql);
  if (!alike) return null;
  const compared = joinedValues(all);
  if (!compared) return null;
  // What an arm says of other tables is not in the list, so the list is the weaker condition.
  return { on: first.on, operator: "= any", compared, sql: isWhole ? sql : `${first.on.sql} IN ${compared.sql}` };
}

function joinedValues(all: readonly Predicate[]): Extract<Compared, { readonly sql: string }> | null {
  const texts: string[] = [];
  const values: string[] = [];
  const numbers: number[] = [];
  let type: string | null = null;
  for (const { operator, compared: each } of all) {
    // An array cannot be spliced into a list.
    if (operator === "= any" && "sql" in each && !each.sql.startsWith("(")) return null;
    if (each.kind === "parameter") numbers.push(...each.numbers);
    else if (each.kind === "constant" && (each.values ?? each.value) !== null) {
      values.push(...(each.values ?? [each.value ?? ""]));
      type ??= each.type;
    } else return null;
    texts.push(operator === "= any" ? each.sql.slice(1, -1) : each.sql);
  }
  const sql = `(${texts.join(", ")})`;
  if (numbers.length > 0) return { kind: "parameter", numbers: [...new Set(numbers)], sql };
  return { kind: "constant", sql, value: null, values, type };
}
