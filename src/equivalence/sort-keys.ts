import type { Node, SelectStmt } from "@pgsql/types";
import { AdvisorError } from "../errors.ts";
import { deparse } from "../syntax/deparse.ts";
import { walk } from "../syntax/tree.ts";
import type { Outcome } from "./fixture.ts";

/** The statement with its ORDER BY expressions returned behind its own columns, or of a set operation the columns that it orders by. */
export interface KeyedStatement {
  readonly sql: string;
  /** Columns added for the keys. */
  readonly keys: number;
  /** Of a set operation, which orders by its outputs alone: their names, or places from 1. */
  readonly outputs?: readonly (string | number)[];
}

/** Null where the keys cannot stand in the target list (DISTINCT) or nothing is ordered. */
export function keyedStatement(tree: Node): KeyedStatement | null {
  if (!("SelectStmt" in tree)) return null;
  const select = tree.SelectStmt;
  const { sortClause = [], targetList } = select;
  if (sortClause.length > 0 && (select.op ?? "SETOP_NONE") !== "SETOP_NONE") return orderedOutputs(select, sortClause);
  if (sortClause.length === 0 || !targetList || select.op !== "SETOP_NONE" || select.distinctClause) return null;
  const keys = sortClause.map((item) => ("SortBy" in item && item.SortBy.node ? keyOf(item.SortBy.node, targetList) : null));
  const targets = keys.flatMap((val, at) => (val === null ? [] : [{ ResTarget: { name: `plansmith_key_${at}`, val } }]));
  if (targets.length < keys.length) return null;
  const keyed: SelectStmt = { ...select, targetList: [...targetList, ...targets] };
  try {
    return { sql: deparse({ SelectStmt: keyed }), keys: targets.length };
  } catch (error) {
    if (error instanceof AdvisorError && error.code === "SQL_UNPARSABLE") return null;
    throw error;
  }
}

function orderedOutputs(select: SelectStmt, sort: readonly Node[]): KeyedStatement | null {
  const outputs = sort.map((item) => {
    const node = "SortBy" in item ? item.SortBy.node : undefined;
    if (node && "A_Const" in node) return node.A_Const.ival?.ival ?? null;
    const [field, ...more] = node && "ColumnRef" in node ? (node.ColumnRef.fields ?? []) : [];
    return field && more.length === 0 && "String" in field ? (field.String.sval ?? null) : null;
  });
  const known = outputs.filter((each) => each !== null);
  return known.length < outputs.length ? null : { sql: deparse({ SelectStmt: select }), keys: 0, outputs: known };
}

/** `ORDER BY 2`, an output name, or an expression of the input. SQL standard and PostgreSQL: an output name wins over a column. */
function keyOf(node: Node, targets: readonly Node[]): Node | null {
  if ("A_Const" in node) {
    const before = targets.slice(0, node.A_Const.ival?.ival ?? 0);
    const hasStar = before.some((target) => "ResTarget" in target && isStar(target.ResTarget.val));
    const last = before.at(-1);
    return hasStar || last === undefined || !("ResTarget" in last) ? null : (last.ResTarget.val ?? null);
  }
  if ("ColumnRef" in node && node.ColumnRef.fields?.length === 1) {
    const [field] = node.ColumnRef.fields;
    const name = field !== undefined && "String" in field ? field.String.sval : undefined;
    const named = targets.find((target) => "ResTarget" in target && name !== undefined && target.ResTarget.name === name);
    if (named && "ResTarget" in named) return named.ResTarget.val ?? null;
  }
  return node;
}

function isStar(node: Node | undefined): boolean {
  return node !== undefined && "ColumnRef" in node && (node.ColumnRef.fields ?? []).some((field) => "A_Star" in field);
}

/** True when `after` lists the rows in an order that the keys of the first statement allow: any order among rows of equal keys. */
export function ordersAlike(keyed: Outcome, after: Outcome, { keys, outputs }: KeyedStatement): boolean | null {
  const [left] = keyed;
  const [right] = after;
  if (left?.kind !== "rows" || right?.kind !== "rows" || left.rows.length !== right.rows.length) return null;
  const own = left.columns.length - keys;
  const places = outputs?.map((each) => (typeof each === "number" ? each - 1 : left.columns.findIndex(({ name }) => name === each)));
  if (places?.some((place) => place < 0 || place >= own)) return null;
  const keyText = (row: readonly (string | null)[]) => JSON.stringify(places ? places.map((place) => row[place]) : row.slice(own));
  for (let from = 0; from < left.rows.length; ) {
    const key = keyText(left.rows[from]!);
    let to = from;
    while (to < left.rows.length && keyText(left.rows[to]!) === key) to++;
    const expected = left.rows.slice(from, to).map((row) => JSON.stringify(row.slice(0, own)));
    const given = right.rows.slice(from, to).map((row) => JSON.stringify(row));
    if (JSON.stringify(expected.sort()) !== JSON.stringify(given.sort())) return false;
    from = to;
  }
  return true;
}

/** LIMIT or OFFSET over rows that nothing orders: the statement leaves open which rows it means. */
export function hasOpenLimit(tree: Node): boolean {
  let found = false;
  walk(tree, (node) => {
    if ("SelectStmt" in node && (node.SelectStmt.limitCount || node.SelectStmt.limitOffset) && !node.SelectStmt.sortClause) found = true;
    return undefined;
  });
  return found;
}
