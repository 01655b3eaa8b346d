import {
  type ColumnUse,
  comparisonsOf,
  integerConst,
  integerOf,
  isParameter,
  type Node,
  operation,
  operationOf,
  type QueryLevel,
  replaceFilters,
  rewriteRule,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "A whole number added to, subtracted from or multiplied with a column before it is compared",
  effect: "No index on the column can serve the condition, and its statistics do not help the estimate",
  remedy: "Do the arithmetic on the constant",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/indexes-expressional.html",
      says: "an index on a column is not considered for a condition on an expression over it",
    },
    {
      url: "https://www.postgresql.org/docs/current/datatype-numeric.html",
      says: "integer and numeric arithmetic is exact, floating point is not; a result out of range is an error",
    },
  ],

  rewrite: replaceFilters(({ node, level }) => {
    for (const { left, operator, right } of comparisonsOf(node)) {
      const wanted = integerOf(right);
      const moved = wanted === null || operator === "<>" ? null : solve(left, operator, wanted, level);
      if (moved)
        return {
          to: moved,
          because: "the bare column can be looked up in an index and estimated from its statistics",
          assumes: ["no row's value is so near the end of its type that the arithmetic on it is an error today"],
        };
    }
    return null;
  }),
});

const exact = new Set(["int2", "int4", "int8", "numeric"]);
const turned: Readonly<Record<string, string>> = { "<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=" };

function solve(left: Node, operator: string, wanted: bigint, level: QueryLevel): Node | null {
  const arithmetic = operationOf(left);
  if (!arithmetic || isParameter(right(arithmetic))) return null;
  const [first, second] = [integerOf(arithmetic.left), integerOf(arithmetic.right)];
  const column = second === null ? arithmetic.right : arithmetic.left;
  const use = level.column(column);
  const number = second ?? first;
  if (!use || number === null || !exact.has(use.column.baseType)) return null;
  switch (arithmetic.operator) {
    case "+":
      return compare(column, operator, wanted - number, use);
    case "-":
      return second === null ? compare(column, turned[operator]!, number - wanted, use) : compare(column, operator, wanted + number, use);
    case "*":
      return number > 0n ? divided(column, operator, wanted, number, use) : null;
    default:
      return null;
  }
}

function right({ right: node }: { readonly right: Node }): Node {
  return node;
}

/** `column * factor` compared, for a whole-number column: the quotient rounded so that no whole number changes sides. */
function divided(column: Node, operator: string, wanted: bigint, factor: bigint, use: ColumnUse): Node | null {
  if (use.column.baseType === "numeric" && wanted % factor !== 0n) return null;
  const floor = wanted / factor - (wanted % factor < 0n ? 1n : 0n);
  const isExact = wanted % factor === 0n;
  if (operator === "=") return isExact ? compare(column, "=", floor, use) : null;
  if (isExact) return compare(column, operator, floor, use);
  return compare(column, operator.startsWith("<") ? "<=" : ">", floor, use);
}

/** A constant outside bigint would make the comparison numeric. */
function compare(column: Node, operator: string, value: bigint, use: ColumnUse): Node | null {
  const limit = use.column.baseType === "int8" || use.column.baseType === "numeric" ? 2n ** 62n : 2n ** 31n - 1n;
  return value >= -limit && value <= limit ? operation(column, operator, integerConst(value)) : null;
}
