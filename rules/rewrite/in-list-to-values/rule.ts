import {
  type ColumnUse,
  cast,
  isParameter,
  literalOf,
  type Node,
  operationOf,
  replaceFilters,
  rewriteRule,
  selectOf,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "IN with a long list of rows, or before PostgreSQL 14 of values",
  effect: "Every row is compared with every member of the list, one after the other",
  remedy: "Give the list as VALUES, which can be hashed and joined",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-values.html",
      says: "VALUES can be used anywhere a SELECT can, and large lists are better handled as a table",
    },
    {
      url: "https://www.postgresql.org/docs/current/functions-subquery.html#FUNCTIONS-SUBQUERY-IN",
      says: "the left-hand side may be a row, compared with each row of the subquery result",
    },
  ],
  gates: [
    {
      from: 14,
      changes: "A list of constants is searched through a hash table, so that lists of plain values are left alone",
      source: {
        url: "https://www.postgresql.org/docs/14/release-14.html",
        says: "Allow hash lookup for IN clauses with many constants",
      },
    },
  ],
  options: {
    minRows: { default: 10, min: 2, max: 1e6, unit: "members", doc: "Leave lists of rows alone that are shorter" },
    minValues: {
      default: 100,
      min: 2,
      max: 1e6,
      unit: "members",
      doc: "Leave lists of values alone that are shorter, before PostgreSQL 14",
    },
  },

  rewrite: replaceFilters(({ node, level }, { postgres, options }) => {
    const found = operationOf(node, "AEXPR_IN");
    const members = found && "List" in found.right ? (found.right.List.items ?? []) : [];
    if (found?.operator !== "=") return null;
    const isRow = "RowExpr" in found.left;
    const columns = "RowExpr" in found.left ? (found.left.RowExpr.args ?? []) : [found.left];
    if (isRow ? members.length < options.minRows : postgres >= 14 || members.length < options.minValues) return null;
    const uses = columns.map((column) => level.column(column));
    const rows = members.map((member) => rowOf(member, isRow, uses));
    if (rows.some((row) => row === null)) return null;
    const valuesLists = rows.flatMap((row, at): Node[] => {
      // The first row gives the columns their types; literals and parameters of the others follow it.
      const items = (row ?? []).map((item, column) => (at === 0 ? cast(item, uses[column]!.column.baseType) : item));
      return [{ List: { items } }];
    });
    const values = { SelectStmt: selectOf({ valuesLists }) };
    return {
      to: { SubLink: { subLinkType: "ANY_SUBLINK", testexpr: found.left, subselect: values } },
      because: "the list becomes a table that can be hashed and joined, instead of a chain of comparisons",
    };
  }),
});

const ranges: Readonly<Record<string, bigint>> = { int2: 2n ** 15n, int4: 2n ** 31n, int8: 2n ** 63n };
/** Types to which a string literal or a parameter is read the same in a list and under a cast. */
const plain = new Set("text varchar uuid date timestamp timestamptz numeric bool".split(" "));

function rowOf(member: Node, isRow: boolean, uses: readonly (ColumnUse | null)[]): readonly Node[] | null {
  const items = isRow ? ("RowExpr" in member ? (member.RowExpr.args ?? []) : []) : [member];
  const fits = items.length === uses.length && items.every((item, at) => isValueOf(item, uses[at]?.column.baseType ?? ""));
  return fits ? items : null;
}

function isValueOf(item: Node, type: string): boolean {
  if (!(type in ranges) && !plain.has(type)) return false;
  if (isParameter(item)) return "ParamRef" in item;
  const literal = literalOf(item);
  if (!literal || literal.type !== null) return false;
  if (literal.kind === "null") return true;
  const limit = ranges[type];
  if (limit !== undefined) return literal.kind === "integer" && BigInt(literal.text) < limit && BigInt(literal.text) >= -limit;
  return type === "bool" ? literal.kind === "boolean" : literal.kind === "text";
}
