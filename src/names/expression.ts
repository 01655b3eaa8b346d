import type { Node } from "@pgsql/types";
import type { Catalog } from "../domain/catalog.ts";
import { literal, readableIdent } from "../domain/identifier.ts";
import type { ScanExpression } from "../domain/workload.ts";
import { AdvisorError } from "../errors.ts";
import { deparseExpression } from "../syntax/deparse.ts";
import { replaceNodes } from "../syntax/tree.ts";
import { typeNameOf, typeOf } from "./expression-type.ts";
import { operatorName } from "./operators.ts";
import { columnOf, hasSubLink, parametersOf, type TableSource, varsOf } from "./query-tree.ts";
import { volatilityOf } from "./volatility.ts";

const systemColumns = new Set(["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "oid"]);

/**
 * A resolved expression over one table as an index key would say it; null when it reads anything else, the whole row, a system
 * column or a subquery, or cannot be written back. An outer COLLATE goes to `collation`, and casts that change no bytes
 * (varchar to text) are left out, as the planner matches index keys without them (RelabelType).
 */
export function scanExpression(node: Node, table: TableSource, catalog: Catalog): ScanExpression | null {
  const { inner, collation } = unwrapped(node);
  const vars = varsOf(inner);
  if (vars.length === 0 || hasSubLink(inner)) return null;
  const columns = new Set<string>();
  for (const { source, column } of vars) {
    if (source !== table || column === null || systemColumns.has(column)) return null;
    columns.add(column);
  }
  const column = columnOf(inner)?.column ?? null;
  const sql = column === null ? sqlFor(inner, table) : readableIdent(column);
  if (sql === null) return null;
  const volatility = volatilityOf(inner, catalog);
  // With a $n inside, the text is not an index key, whatever its functions are.
  const isKey = parametersOf(inner).length === 0;
  return {
    sql,
    column,
    columns: [...columns],
    type: typeOf(inner),
    collation,
    immutable: isKey ? (volatility === null ? null : volatility === "immutable") : false,
  };
}

/** pg_cast.castmethod 'b' between types that share the text or inet operator classes. */
const relabels = new Set(["varchar>text", "text>varchar", "varchar>varchar", "text>text", "cidr>inet"]);

function unwrapped(node: Node): { readonly inner: Node; readonly collation: string | null } {
  if ("CollateClause" in node && node.CollateClause.arg) {
    const names = (node.CollateClause.collname ?? []).flatMap((each) => ("String" in each ? [each.String.sval ?? ""] : []));
    const collation = names.map((name) => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`)).join(".");
    return { inner: unwrapped(node.CollateClause.arg).inner, collation };
  }
  if ("TypeCast" in node && node.TypeCast.arg && !node.TypeCast.typeName?.typmods) {
    const from = typeOf(node.TypeCast.arg);
    const to = typeNameOf(node.TypeCast.typeName);
    const same = from !== null && from !== "unknown" && (from === to || relabels.has(`${from}>${to}`));
    if (same && columnOf(node.TypeCast.arg)) return unwrapped(node.TypeCast.arg);
  }
  return { inner: node, collation: null };
}

/** SQL with this table's columns unqualified and all others under their alias; null when the tree cannot be written back. */
export function sqlFor(node: Node, table: TableSource | null): string | null {
  const simple = simpleSql(node, table);
  if (simple !== null) return simple;
  const unqualified = replaceNodes(node, (each) => {
    const column = columnOf(each);
    if (!column || column.source !== table || column.column === null) return each;
    return { ColumnRef: { fields: [{ String: { sval: column.column } }] } };
  });
  try {
    return oneLine(deparseExpression(unqualified));
  } catch (error) {
    if (error instanceof AdvisorError && error.code === "SQL_UNPARSABLE") return null;
    throw error;
  }
}

/** What most conditions are made of, written without the deparser, which takes half a millisecond each time (measured); else null. */
function simpleSql(node: Node, table: TableSource | null): string | null {
  if ("A_Expr" in node && node.A_Expr.kind === "AEXPR_OP") {
    const { lexpr, rexpr, name } = node.A_Expr;
    if (!lexpr || !rexpr || name?.length !== 1 || "A_Expr" in lexpr || "A_Expr" in rexpr) return null;
    const left = simpleSql(lexpr, table);
    const right = simpleSql(rexpr, table);
    return left === null || right === null ? null : `${left} ${operatorName(name)} ${right}`;
  }
  if ("ParamRef" in node) return `$${node.ParamRef.number ?? 0}`;
  if ("A_Const" in node) {
    const { ival, fval, sval, isnull } = node.A_Const;
    if (isnull) return "NULL";
    if (ival) return String(ival.ival ?? 0);
    if (fval) return fval.fval ?? null;
    return sval && !sval.sval?.includes("\\") ? literal(sval.sval ?? "") : null;
  }
  const column = columnOf(node);
  if (!column || column.column === null) return null;
  return column.source === table ? readableIdent(column.column) : `${readableIdent(column.source.alias)}.${readableIdent(column.column)}`;
}

/** Line breaks between words become blanks; those inside quotes are the value's own. */
function oneLine(sql: string): string {
  return sql.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\s*\n\s*/g, (part) => (/^['"]/.test(part) ? part : " ")).trim();
}
