import type { StepResult } from "../embedded/guarded-database.ts";

/**
 * How two results stand to each other. `cut`: more rows than are fetched, so nothing is known. `overflow`: the first fails because a number
 * leaves its type, where the second has a result: nobody relies on that, and nothing can be compared.
 */
export type Comparison = "same" | "rows" | "order" | "error" | "cut" | "overflow";

/** Rows fetched of a result at most. */
export const mostRows = 3000;

/**
 * Lists are compared when the first statement orders its rows, else bags. Numbers by value, floats to nine digits. Two errors of one
 * SQLSTATE class are the same: which of several rows is met first, and so what exactly is said, is up to the plan.
 */
export function compareResults(before: StepResult, after: StepResult, ordered: boolean): Comparison {
  if (before.kind === "error" && after.kind === "error")
    return errorClass(before.sqlState) === errorClass(after.sqlState) ? "same" : "error";
  if (before.kind === "error" && before.sqlState === overflow) return "overflow";
  if (before.kind === "error" || after.kind === "error") return "error";
  if (before.rows.length > mostRows || after.rows.length > mostRows) return "cut";
  if (before.rows.length !== after.rows.length) return "rows";
  const [left, right] = [canonicalRows(before), canonicalRows(after)];
  if (equalLists(left, right)) return "same";
  if (!equalLists([...left].sort(), [...right].sort()) && !nearlySame(before, after)) return "rows";
  if (!ordered || nearlySameList(before.rows, after.rows, floatColumns(before, after))) return "same";
  return "order";
}

/** numeric_value_out_of_range. Infinite dates (22008) are values that people store, and no overflow. */
const overflow = "22003";

/** `22` of `22012`. */
function errorClass(sqlState: string | null): string | null {
  return sqlState?.slice(0, 2) ?? null;
}

type Row = readonly (string | null)[];
type RowsResult = Extract<StepResult, { readonly kind: "rows" }>;

/** OIDs of numeric, float4 and float8, money aside: their text may differ where the value does not. */
const decimalTypes = new Set([1700, 700, 701]);

function canonicalRows(result: RowsResult): string[] {
  const decimal = result.columns.map((column) => decimalTypes.has(column.type));
  return result.rows.map((row) => JSON.stringify(row.map((value, at) => (value !== null && decimal[at] ? canonicalNumber(value) : value))));
}

/** `1.50` and `1.5` are one value; so are `1e+20` and its digits. */
function canonicalNumber(text: string): string {
  if (/e/i.test(text)) {
    const value = Number(text);
    return Number.isSafeInteger(value) ? String(value) : text;
  }
  const plain = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return plain === "-0" ? "0" : plain;
}

function equalLists(left: readonly string[], right: readonly string[]): boolean {
  return left.every((row, at) => row === right[at]);
}

/** Sums of floats depend on the order of rows. */
function nearlySame(before: RowsResult, after: RowsResult): boolean {
  const floats = floatColumns(before, after);
  if (floats.size === 0) return false;
  const inOrder = (rows: readonly Row[]) => [...rows].sort((a, b) => compareRows(a, b, floats));
  return nearlySameList(inOrder(before.rows), inOrder(after.rows), floats);
}

function floatColumns(before: RowsResult, after: RowsResult): ReadonlySet<number> {
  const floats = new Set<number>();
  for (const { columns } of [before, after])
    for (const [at, { type }] of columns.entries()) if (type === 700 || type === 701) floats.add(at);
  return floats;
}

function compareRows(a: Row, b: Row, floats: ReadonlySet<number>): number {
  for (const [at, value] of a.entries()) {
    const other = b[at] ?? null;
    if (nearlyEqual(value, other, floats.has(at))) continue;
    if (value === null || other === null) return value === null ? 1 : -1;
    const difference = floats.has(at) ? Number(value) - Number(other) : 0;
    return difference || (value < other ? -1 : 1);
  }
  return 0;
}

function nearlySameList(before: readonly Row[], after: readonly Row[], floats: ReadonlySet<number>): boolean {
  return before.every((row, at) => row.every((value, column) => nearlyEqual(value, after[at]?.[column] ?? null, floats.has(column))));
}

/** A relative difference of 1e-9 is far above what adding a few doubles in another order makes, and far below what a user means. */
function nearlyEqual(a: string | null, b: string | null, float: boolean): boolean {
  if (a === b || a === null || b === null || !float) return a === b;
  const [x, y] = [Number(a), Number(b)];
  return Number.isFinite(x) && Number.isFinite(y) && Math.abs(x - y) <= 1e-9 * Math.max(Math.abs(x), Math.abs(y));
}
