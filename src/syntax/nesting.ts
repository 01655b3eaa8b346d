import type { Node, RangeVar } from "@pgsql/types";

/**
 * What one level takes of the stack on which PostgreSQL plans inside this process, as a part of what an operator takes. Measured in
 * PGlite 0.5 on Node's stack of 984 kB, the last number of levels that was planned: `a + a + …` 250, `lower(lower(…` 400 and more, CASE
 * 400, `= (SELECT max …` 100, `IN (SELECT …` 150, FROM (SELECT … 150, a CTE that reads the one before 150, LEFT JOIN 500, parentheses and
 * UNION ALL 2,000.
 */
const weights: Readonly<Record<string, number>> = {
  A_Expr: 1,
  BoolExpr: 1,
  FuncCall: 1,
  CaseExpr: 1,
  CoalesceExpr: 1,
  MinMaxExpr: 1,
  TypeCast: 1,
  CollateClause: 1,
  NullTest: 1,
  BooleanTest: 1,
  RowExpr: 1,
  A_ArrayExpr: 1,
  A_Indirection: 1,
  SubLink: 1,
  SelectStmt: 1.5,
  JoinExpr: 0.2,
};

/** Levels that are planned; three quarters of what was measured, since a stack is never empty. */
export const mostPlannableLevels = 200;

/**
 * How deep a statement is nested for who plans it, in levels of operators: expressions, subqueries, joins, and CTEs that read one another.
 * Beyond `mostPlannableLevels` the embedded PostgreSQL overflows its stack, which it does not survive.
 */
export function plannerLevels(statement: Node): number {
  return Math.ceil(levelsOf(statement, new Map()));
}

interface Place {
  readonly value: unknown;
  readonly level: number;
  /** {CTE in sight → levels below its name} */
  readonly ctes: ReadonlyMap<string, number>;
}

function levelsOf(root: unknown, inSight: ReadonlyMap<string, number>): number {
  let deepest = 0;
  const waiting: Place[] = [{ value: root, level: 0, ctes: inSight }];
  for (let place = waiting.pop(); place; place = waiting.pop()) {
    const { value, level } = place;
    deepest = Math.max(deepest, level);
    if (typeof value !== "object" || value === null) continue;
    const own = ownCtes(value as Record<string, unknown>, place.ctes);
    deepest = Math.max(deepest, level + own.deepest);
    for (const [key, child] of Object.entries(value)) {
      if (key === "RangeVar") deepest = Math.max(deepest, level + levelsBelow(child as RangeVar, own.ctes));
      else if (key !== "withClause") waiting.push({ value: child, level: level + (weights[key] ?? 0), ctes: own.ctes });
    }
  }
  return deepest;
}

function levelsBelow({ schemaname, relname }: RangeVar, ctes: Place["ctes"]): number {
  return schemaname === undefined && relname !== undefined ? (ctes.get(relname) ?? 0) : 0;
}

/** The names in sight with those of a WITH clause, each planned inside the one that reads it. */
function ownCtes(
  statement: { readonly withClause?: { readonly ctes?: readonly Node[] } },
  inSight: Place["ctes"],
): { readonly ctes: Place["ctes"]; readonly deepest: number } {
  const given = statement.withClause?.ctes;
  if (given === undefined) return { ctes: inSight, deepest: 0 };
  const ctes = new Map(inSight);
  let deepest = 0;
  for (const each of given) {
    if (!("CommonTableExpr" in each)) continue;
    const { ctename, ctequery } = each.CommonTableExpr;
    const levels = levelsOf(ctequery, ctes);
    deepest = Math.max(deepest, levels);
    if (ctename !== undefined) ctes.set(ctename, levels);
  }
  return { ctes, deepest };
}
