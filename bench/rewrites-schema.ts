import type { Node } from "@pgsql/types";
import { liveSource } from "../src/collect/live-source.ts";
import type { Snapshot } from "../src/domain/snapshot.ts";
import { bootEmbedded } from "../src/embedded/embedded-database.ts";
import { sqlStateOf } from "../src/embedded/sql-state.ts";
import { walk } from "../src/syntax/tree.ts";

/** A snapshot of what the DDL makes; `optional` commands that it does not fit are left out. */
export async function snapshotOf(ddl: string, optional: readonly string[] = []): Promise<Snapshot> {
  const database = await bootEmbedded({ collation: "icu", extensions: ["hstore", "pg_trgm", "citext"] });
  try {
    await database.run(ddl);
    for (const command of optional)
      try {
        await database.run(command);
      } catch (error) {
        // Another statement's table or column: undefined_table, undefined_column.
        if (!["42P01", "42703"].includes(sqlStateOf(error) ?? "")) throw error;
      }
    const options = { top: 1, minCalls: 0, includeSchemas: [], excludeSchemas: [], redactValues: false, readEnds: false, statements: [] };
    return await liveSource(database.session, { ...options, now: new Date(0) }).read({});
  } finally {
    await database.close();
  }
}

/**
 * DDL for tables nobody gave us: every column the statements name, typed by what it is compared with, `id` the primary key and nothing
 * else declared. Enough to run application queries whose schema is not public; constraints they rely on are missing.
 */
export function inferredSchema(trees: readonly Node[]): string {
  const tables = new Map<string, Map<string, string>>();
  for (const tree of trees) {
    const aliases = new Map<string, string>();
    const derived = new Set<string>();
    walk(tree, (node) => {
      if ("CommonTableExpr" in node) derived.add(node.CommonTableExpr.ctename ?? "");
      return undefined;
    });
    walk(tree, (node) => {
      if ("RangeVar" in node && !derived.has(node.RangeVar.relname ?? "")) {
        const name = node.RangeVar.relname ?? "";
        aliases.set(node.RangeVar.alias?.aliasname ?? name, name);
        if (!tables.has(name)) tables.set(name, new Map([["id", "int"]]));
      }
      return undefined;
    });
    const types = typesByColumn(tree);
    walk(tree, (node) => {
      if (!("SelectStmt" in node)) return undefined;
      const scope = tablesOf(node.SelectStmt.fromClause ?? []).filter((name) => !derived.has(name));
      for (const parts of referencesOf(node)) {
        const column = parts.at(-1)!;
        const owners = parts.length > 1 ? [aliases.get(parts.at(-2)!) ?? ""] : scope;
        if (parts.length === 1 && owners.some((owner) => tables.get(owner)?.has(column))) continue;
        const table = tables.get(owners[0] ?? "");
        if (table && !(table.has(column) && !types.has(column))) table.set(column, types.get(column) ?? typeByName(column));
      }
      return undefined;
    });
  }
  return [...tables]
    .map(([name, columns]) => {
      const list = [...columns].map(([column, type]) => `"${column}" ${type}${column === "id" ? " primary key" : ""}`);
      return `create table "${name}" (${list.join(", ")});`;
    })
    .join("\n");
}

/** Base tables of a FROM clause, sub-selects left out. */
function tablesOf(from: readonly Node[]): string[] {
  const found: string[] = [];
  walk(from, (node) => {
    if ("RangeVar" in node) found.push(node.RangeVar.relname ?? "");
    return "RangeSubselect" in node ? "skip" : undefined;
  });
  return found;
}

/** Column references of one SELECT, without those of the SELECTs in it. */
function referencesOf(select: Node): string[][] {
  const found: string[][] = [];
  walk(select, (node) => {
    if ("SelectStmt" in node && node !== select) return "skip";
    if (!("ColumnRef" in node)) return undefined;
    const parts = (node.ColumnRef.fields ?? []).flatMap((field) => ("String" in field ? [field.String.sval ?? ""] : []));
    if (parts.length > 0 && parts.length === node.ColumnRef.fields?.length) found.push(parts);
    return undefined;
  });
  return found;
}

function typesByColumn(tree: Node): Map<string, string> {
  const types = new Map<string, string>();
  const put = (name: string | null, type: string) => {
    if (name !== null && name !== "id" && !name.endsWith("_id")) types.set(name, type);
  };
  walk(tree, (node) => {
    if ("BooleanTest" in node && node.BooleanTest.arg) put(nameOf(node.BooleanTest.arg), "boolean");
    if (!("A_Expr" in node)) return undefined;
    const { lexpr, rexpr } = node.A_Expr;
    for (const [side, other] of [
      [lexpr, rexpr],
      [rexpr, lexpr],
    ]) {
      const name = side ? nameOf(side) : null;
      const list = other && "List" in other ? (other.List.items ?? []) : other ? [other] : [];
      for (const each of list) if ("A_Const" in each) put(name, typeOfConstant(each.A_Const));
    }
    return undefined;
  });
  return types;
}

function nameOf(node: Node): string | null {
  const last = "ColumnRef" in node ? node.ColumnRef.fields?.at(-1) : undefined;
  return last !== undefined && "String" in last ? (last.String.sval ?? null) : null;
}

function typeOfConstant(constant: {
  readonly ival?: object;
  readonly fval?: object;
  readonly boolval?: object;
  readonly sval?: { readonly sval?: string };
}): string {
  if (constant.boolval) return "boolean";
  if (constant.ival) return "int";
  if (constant.fval) return "numeric";
  return /^\d{4}-\d\d-\d\d/.test(constant.sval?.sval ?? "") ? "timestamp" : "text";
}

function typeByName(column: string): string {
  if (column === "id" || /(_id|count|position|level|number|iid|priority|rank|size)$/.test(column)) return "int";
  if (/(_at|_on|_date|date)$/.test(column)) return "timestamp";
  return "text";
}
