import type { Node, RangeSubselect, SelectStmt } from "@pgsql/types";
import { sortBy } from "./nodes.ts";
import { comparisonsOf, integerOf, isBuiltIn, isPlain, targetsOf } from "./read-nodes.ts";
import type { FromTable, QueryLevel, RewriteStatement } from "./rewrite.ts";
import { changed, levelOf } from "./rewrite-kit.ts";
import { type OrderKey, orderKeys } from "./rewrite-order.ts";

/** A FROM item that numbers the rows of one table by row_number(), and nothing else beyond FROM and WHERE. */
export interface NumberedRows {
  readonly item: RangeSubselect;
  /** The numbering query. */
  readonly own: QueryLevel;
  readonly table: FromTable;
  /** The target that numbers, and what it is called. */
  readonly node: Node;
  readonly name: string;
  readonly partition: readonly OrderKey[];
  readonly order: readonly OrderKey[];
}

const plainFields = new Set<string>(["targetList", "fromClause", "whereClause", "limitOption", "op"] satisfies (keyof SelectStmt)[]);

/** The only FROM item of a level, where it numbers rows; null for anything else. */
export function numberedRows(statement: RewriteStatement, level: QueryLevel): NumberedRows | null {
  const [from, ...others] = level.select.fromClause ?? [];
  const item = from && "RangeSubselect" in from && others.length === 0 ? from.RangeSubselect : null;
  if (!item?.subquery || !("SelectStmt" in item.subquery) || item.alias?.colnames) return null;
  const own = levelOf(statement, item.subquery.SelectStmt);
  const [table] = own?.tables ?? [];
  if (!own || !table || own.aliases.length !== 1 || table.renamed || (own.select.op ?? "SETOP_NONE") !== "SETOP_NONE") return null;
  if (Object.keys(own.select).some((field) => !plainFields.has(field))) return null;
  const [only, ...more] = targetsOf(own.select).filter(({ val }) => JSON.stringify(val).includes('"over":'));
  if (!only || more.length > 0 || !("FuncCall" in only.val) || !isBuiltIn(only.val.FuncCall, "row_number")) return null;
  const rest = targetsOf(own.select).filter((each) => each.node !== only.node);
  // A function that returns several rows would multiply them after the numbering.
  if (!isPlain(changed(own.select, { targetList: rest.map(({ node }) => node) }))) return null;
  const { over, agg_filter } = only.val.FuncCall;
  if (!over || over.name || over.refname || agg_filter || !over.orderClause) return null;
  const partition = orderKeys(
    own,
    (over.partitionClause ?? []).map((node) => sortBy(node)),
  );
  const order = orderKeys(own, over.orderClause);
  return partition && order ? { item, own, table, node: only.node, name: only.name ?? "row_number", partition, order } : null;
}

/** The largest number that `n = k`, `n <= k` or `n < k`, either way round, lets through; null for another condition. */
export function mostNumbered(condition: Node, { name, item }: NumberedRows): bigint | null {
  for (const { left, operator, right } of comparisonsOf(condition)) {
    const fields = "ColumnRef" in left ? (left.ColumnRef.fields ?? []).map((field) => ("String" in field ? field.String.sval : null)) : [];
    const isNumber = fields.at(-1) === name && (fields.length === 1 || (fields.length === 2 && fields[0] === item.alias?.aliasname));
    const limit = isNumber ? integerOf(right) : null;
    if (limit === null) continue;
    if (operator === "<") return limit - 1n;
    if (operator === "<=" || operator === "=") return limit;
  }
  return null;
}
