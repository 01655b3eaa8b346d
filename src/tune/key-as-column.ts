import type { Node } from "@pgsql/types";
import type { Catalog } from "../domain/catalog.ts";
import { type RelationName, sameRelation } from "../domain/postgres.ts";
import { columnOf, queryOf } from "../names/query-tree.ts";
import { namesOf } from "../names/resolve-expression.ts";
import { resolveStatement } from "../names/resolve-names.ts";
import { type KeyColumn, keyTypes } from "../rule/key-column.ts";
import { deparse } from "../syntax/deparse.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";
import { isNode, replaceNodes } from "../syntax/tree.ts";

export interface Rewriting {
  readonly catalog: Catalog;
  readonly searchPath: readonly string[];
  readonly parser: SqlParser;
}

/**
 * The statement with a column in every place that reads the key out of the relation's document, through whatever alias; the same
 * statement where there is none. A key of number type takes the place of its casts only. Null when it does not parse.
 */
export async function withKeyColumn(sql: string, relation: RelationName, column: KeyColumn, ground: Rewriting): Promise<string | null> {
  const parsed = await ground.parser.parse(sql);
  const only = parsed.kind === "parsed" && parsed.statements.length === 1 ? parsed.statements[0]! : null;
  if (only === null) return null;
  const places = placesOf(only.node, relation, column, ground);
  if (places.size === 0) return sql;
  let replaced = 0;
  const put = (document: Node): Node => {
    replaced++;
    const fields = "ColumnRef" in document ? (document.ColumnRef.fields ?? []) : [];
    return { ColumnRef: { fields: [...fields.slice(0, -1), { String: { sval: column.name } }] } };
  };
  const made = replaceNodes(only.node, (node) => {
    const isCast = "TypeCast" in node && castTo(node) === keyTypes[column.type].internal;
    const value = column.type === "text" ? node : isCast ? node.TypeCast.arg : undefined;
    const read = value ? keyRead(value, column) : null;
    return read && isNamed(read.document, column.document, places.get(read.location)) ? put(read.document) : node;
  });
  return replaced === 0 ? sql : deparse(made);
}

/** Whether the column goes by its own name here, bare or behind the relation's alias: a subquery may hand it on under another. */
function isNamed(reference: Node, name: string, alias: string | undefined): boolean {
  if (alias === undefined || !("ColumnRef" in reference)) return false;
  const names = namesOf(reference.ColumnRef.fields) ?? [];
  return names.at(-1) === name && (names.length === 1 || names.at(-2) === alias);
}

interface KeyRead {
  readonly document: Node;
  /** Of the operator in the text. */
  readonly location: number;
}

/** `… ->> 'key'` on a column. */
function keyRead(node: Node, { key }: KeyColumn): KeyRead | null {
  if (!("A_Expr" in node)) return null;
  const { name, lexpr, rexpr, location } = node.A_Expr;
  const [operator] = name ?? [];
  if (!operator || !("String" in operator) || operator.String.sval !== "->>" || !lexpr || !("ColumnRef" in lexpr) || !rexpr) return null;
  const constant = "TypeCast" in rexpr ? rexpr.TypeCast.arg : rexpr;
  const text = constant && "A_Const" in constant ? constant.A_Const.sval?.sval : undefined;
  return text === key ? { document: lexpr, location: location ?? 0 } : null;
}

function castTo(node: Node): string | null {
  if (!("TypeCast" in node)) return null;
  const { names, arrayBounds, typmods } = node.TypeCast.typeName ?? {};
  const last = names?.at(-1);
  // numeric(10,2) rounds: it is another value.
  return last && "String" in last && !arrayBounds && !typmods ? (last.String.sval ?? null) : null;
}

/** `{place → alias}` where the statement reads the key out of this relation and no other of the same column name. */
function placesOf(
  statement: Node,
  relation: RelationName,
  column: KeyColumn,
  { catalog, searchPath }: Rewriting,
): ReadonlyMap<number, string> {
  const { query, sources } = resolveStatement(statement, catalog, { searchPath, viewTrees: new Map() });
  const places = new Map<number, string>();
  const seen = new Set<object>();
  const waiting: unknown[] = [query, sources];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (value === null || typeof value !== "object" || seen.has(value)) continue;
    seen.add(value);
    if (isNode(value)) {
      const read = keyRead(value, column);
      const meant = read && columnOf(read.document);
      if (read && meant?.column === column.document && meant.source.kind === "table" && sameRelation(meant.source.relation, relation))
        places.set(read.location, meant.source.alias);
      const below = queryOf(value);
      if (below) waiting.push(below);
    }
    // A source's relation is the catalog, not the statement.
    for (const [name, below] of Object.entries(value)) if (name !== "relation") waiting.push(below);
  }
  return places;
}
