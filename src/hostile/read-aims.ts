import type { A_Const, ColumnRef, Node } from "@pgsql/types";
import { tagOf, walk } from "../syntax/tree.ts";

/** What statements compare their columns with, by unqualified column name: tables are small and names shared on purpose. */
export interface Aims {
  /** Constants that stand in one expression with a column of this name, as text. */
  readonly constants: ReadonlyMap<string, ReadonlySet<string>>;
  /** Constants that meet no column: they may reach one through a sub-select. */
  readonly loose: ReadonlySet<string>;
  /** Names whose columns are compared with one another: they should draw from one pool. */
  readonly links: readonly (readonly [string, string])[];
  /** `{n → column names}` for the parameters. */
  readonly parameters: ReadonlyMap<number, ReadonlySet<string>>;
  /** Numbers that count rows: LIMIT, OFFSET, and what count() is compared with. */
  readonly counts: readonly number[];
  /** Columns of a `||`: what it makes can be cut in many ways. */
  readonly concatenated: ReadonlySet<string>;
  /** Columns somewhere measured against now(). */
  readonly nowColumns: ReadonlySet<string>;
  /** Columns of an IS NULL. */
  readonly nullTested: ReadonlySet<string>;
}

/** Nodes whose constants and columns belong together. Conditions joined by AND or OR do not. */
const contexts = new Set([
  "A_Expr",
  "CoalesceExpr",
  "MinMaxExpr",
  "FuncCall",
  "CaseExpr",
  "CaseWhen",
  "BooleanTest",
  "SubLink",
  "TypeCast",
]);

/** Reads both statements and the views below them. */
export function readAims(trees: readonly Node[]): Aims {
  const constants = new Map<string, Set<string>>();
  const loose = new Set<string>();
  const links: [string, string][] = [];
  const parameters = new Map<number, Set<string>>();
  const counts = new Set<number>();
  const nowColumns = new Set<string>();
  const concatenated = new Set<string>();
  const nullTested = new Set<string>();

  for (const tree of trees)
    walk(tree, (node) => {
      if ("SelectStmt" in node) {
        for (const limit of [node.SelectStmt.limitCount, node.SelectStmt.limitOffset])
          if (limit !== undefined) for (const text of parts(limit).constants) addCount(counts, text);
      }
      if ("ResTarget" in node && node.ResTarget.name !== undefined && node.ResTarget.val !== undefined)
        for (const column of parts(node.ResTarget.val).columns) links.push([node.ResTarget.name, column]);
      if ("NullTest" in node && node.NullTest.arg) for (const column of parts(node.NullTest.arg).columns) nullTested.add(column);
      if (!contexts.has(tagOf(node))) return undefined;
      const found = parts(node);
      for (const text of found.constants) {
        if (found.columns.size === 0) loose.add(text);
        for (const column of found.columns) put(constants, column, text);
        if (found.functions.has("count")) addCount(counts, text);
      }
      for (const number of found.parameters) {
        if (!parameters.has(number)) parameters.set(number, new Set());
        for (const column of found.columns) parameters.get(number)!.add(column);
      }
      if (found.functions.has("now") || found.now) for (const column of found.columns) nowColumns.add(column);
      if ("A_Expr" in node && isConcatenation(node.A_Expr.name)) for (const column of found.columns) concatenated.add(column);
      if ("A_Expr" in node || "SubLink" in node) {
        const [first, ...others] = [...found.columns, ...subselectColumns(node)];
        if (first !== undefined) for (const other of others) links.push([first, other]);
      }
      return undefined;
    });
  return { constants, loose, links, parameters, counts: [...counts], nowColumns, concatenated, nullTested };
}

function isConcatenation(name: readonly Node[] | undefined): boolean {
  return (name ?? []).some((part) => "String" in part && part.String.sval === "||");
}

interface Parts {
  readonly constants: Set<string>;
  readonly columns: Set<string>;
  readonly parameters: Set<number>;
  readonly functions: Set<string>;
  now: boolean;
}

/** Everything in an expression, without the sub-selects in it. */
function parts(expression: Node): Parts {
  const found: Parts = { constants: new Set(), columns: new Set(), parameters: new Set(), functions: new Set(), now: false };
  walk(expression, (node) => {
    if ("SelectStmt" in node) return "skip";
    if ("A_Const" in node) {
      const text = constantText(node.A_Const);
      if (text !== null) found.constants.add(text);
    }
    if ("ColumnRef" in node) {
      const name = columnName(node.ColumnRef);
      if (name !== null) found.columns.add(name);
    }
    if ("ParamRef" in node) found.parameters.add(node.ParamRef.number ?? 0);
    if ("SQLValueFunction" in node) found.now = true;
    if ("FuncCall" in node) {
      const last = node.FuncCall.funcname?.at(-1);
      if (last !== undefined && "String" in last) found.functions.add(last.String.sval ?? "");
    }
    return undefined;
  });
  return found;
}

/** `x IN (SELECT y …)`: y is compared with x. */
function subselectColumns(node: Node): string[] {
  if (!("SubLink" in node) || node.SubLink.testexpr === undefined) return [];
  const select = node.SubLink.subselect;
  if (select === undefined || !("SelectStmt" in select)) return [];
  return (select.SelectStmt.targetList ?? []).flatMap((target) => [...parts(target).columns]);
}

/** Null for NULL. */
export function constantText(constant: A_Const): string | null {
  if (constant.isnull) return null;
  if (constant.ival) return String(constant.ival.ival ?? 0);
  if (constant.fval) return constant.fval.fval ?? null;
  if (constant.sval) return constant.sval.sval ?? "";
  if (constant.boolval) return constant.boolval.boolval ? "true" : "false";
  return constant.bsval?.bsval ?? null;
}

/** Last part of `t.c`; null for `*`. */
function columnName(reference: ColumnRef): string | null {
  const last = reference.fields?.at(-1);
  return last !== undefined && "String" in last ? (last.String.sval ?? null) : null;
}

function put(map: Map<string, Set<string>>, key: string, value: string): void {
  const known = map.get(key);
  if (known) known.add(value);
  else map.set(key, new Set([value]));
}

function addCount(counts: Set<number>, text: string): void {
  if (/^\d+$/.test(text)) counts.add(Number(text));
}
