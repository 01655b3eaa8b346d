import type { Catalog, Column, ColumnStatistics } from "../domain/catalog.ts";
import { relationKey } from "../domain/postgres.ts";
import type { Predicate, QueryFamily } from "../domain/workload.ts";

/** What a parameter is compared with, and what statistics know of the other side. */
export interface ParameterUse {
  readonly operator: string;
  readonly column: Column | null;
  readonly statistics: ColumnStatistics | null;
  /** For `a >= $1 AND a < $2`: which end of a closed interval this parameter is; null for an open range or no range. */
  readonly intervalEnd: "low" | "high" | null;
}

const lower = new Set([">", ">="]);
const upper = new Set(["<", "<="]);

/** The most telling use of each parameter number: a bare column with statistics wins over anything else. */
export function parameterUses(family: QueryFamily, catalog: Catalog): ReadonlyMap<number, ParameterUse> {
  const relations = new Map(catalog.relations.map((relation) => [relationKey(relation), relation]));
  const uses = new Map<number, ParameterUse>();
  for (const scan of family.scans) {
    const all = [...scan.predicates, ...scan.disjunctions.flat(2)];
    for (const predicate of all) {
      if (predicate.compared.kind !== "parameter") continue;
      const [base] = predicate.on.columns;
      const column = relations.get(relationKey(scan.relation))?.columns.find((each) => each.name === (predicate.on.column ?? base)) ?? null;
      const plain = predicate.on.column !== null;
      const use: ParameterUse = {
        operator: predicate.operator,
        column: plain ? column : null,
        statistics: plain ? (column?.inheritedStatistics ?? column?.statistics ?? null) : null,
        intervalEnd: intervalEnd(predicate, all),
      };
      for (const number of predicate.compared.numbers) if (!uses.get(number)?.statistics) uses.set(number, use);
    }
  }
  return uses;
}

function intervalEnd(predicate: Predicate, all: readonly Predicate[]): "low" | "high" | null {
  const others = all.filter((other) => other !== predicate && other.on.sql === predicate.on.sql).map((other) => other.operator);
  if (lower.has(predicate.operator) && others.some((operator) => upper.has(operator))) return "low";
  if (upper.has(predicate.operator) && others.some((operator) => lower.has(operator))) return "high";
  return null;
}
