import type { Node } from "@pgsql/types";
import type { Catalog, Column, Relation } from "../domain/catalog.ts";
import { emptyCatalog, emptyColumn, emptyTable } from "../domain/empty-catalog.ts";
import type { RelationName } from "../domain/postgres.ts";

/**
 * A catalog with the tables and columns that a statement names, of types guessed from what they are compared with and from their names;
 * nothing is known of their rows. Good enough to find statements that ask for the like, never for a proof.
 */
export function guessCatalog(statement: Node): Catalog {
  const tables = new Map<string, { readonly schema: string; readonly name: string; readonly columns: Map<string, string> }>();
  const byAlias = new Map<string, string>();
  walk(statement, (_, value) => {
    // A FROM item stands under `RangeVar`, the target of an UPDATE or DELETE under `relation`.
    if (typeof value !== "object" || value === null || !("relname" in value)) return;
    const { schemaname, relname, alias } = value as { schemaname?: string; relname?: string; alias?: { aliasname?: string } };
    if (relname === undefined) return;
    const schema = schemaname ?? "public";
    tables.set(`${schema}.${relname}`, tables.get(`${schema}.${relname}`) ?? { schema, name: relname, columns: new Map() });
    byAlias.set(alias?.aliasname ?? relname, `${schema}.${relname}`);
  });
  const only = tables.size === 1 ? [...tables.keys()][0]! : null;
  const note = (node: unknown, type: string | null) => {
    const fields = columnNames(node);
    const name = fields.at(-1);
    if (name === undefined) return;
    // A bare column of one of several tables could be any's: of the first, as good as another.
    const table = tables.get(byAlias.get(fields.at(-2) ?? "") ?? only ?? [...tables.keys()][0] ?? "");
    if (table && (type !== null || !table.columns.has(name))) table.columns.set(name, type ?? typeByName(name));
  };
  walk(statement, (key, value) => {
    if (key === "ColumnRef") note({ ColumnRef: value }, null);
  });
  walk(statement, (key, value) => {
    if (key !== "A_Expr") return;
    const { name, lexpr, rexpr } = value as { name?: { String?: { sval?: string } }[]; lexpr?: unknown; rexpr?: unknown };
    const operator = name?.[0]?.String?.sval ?? "";
    note(lexpr, typeByOperator(operator) ?? typeOfConstant(rexpr));
    note(rexpr, typeOfConstant(lexpr));
  });
  const relations = [...tables.values()].map(({ schema, name, columns }) => relationOf({ schema, name }, [...columns]));
  return { ...emptyCatalog, relations };
}

/** Every object below a node, by the key it stands under. */
function walk(node: unknown, see: (key: string, value: unknown) => void): void {
  if (Array.isArray(node)) for (const each of node) walk(each, see);
  else if (typeof node === "object" && node !== null)
    for (const [key, value] of Object.entries(node)) {
      see(key, value);
      walk(value, see);
    }
}

/** `u.email` → ["u", "email"], through `lower(u.email)` and casts; none for what is no column. */
function columnNames(node: unknown): readonly string[] {
  if (typeof node !== "object" || node === null) return [];
  if ("ColumnRef" in node) {
    const { fields = [] } = node.ColumnRef as { fields?: { String?: { sval?: string } }[] };
    return fields.flatMap(({ String: text }) => text?.sval ?? []);
  }
  return [];
}

function typeByOperator(operator: string): string | null {
  if (["->", "->>", "#>", "#>>", "?", "?|", "?&", "@?"].includes(operator)) return "jsonb";
  if (operator === "@@") return "tsvector";
  return operator === "~~" || operator === "~~*" || operator === "~" || operator === "~*" ? "text" : null;
}

function typeOfConstant(node: unknown): string | null {
  if (typeof node !== "object" || node === null) return null;
  if ("TypeCast" in node) {
    const { typeName } = node.TypeCast as { typeName?: { names?: { String?: { sval?: string } }[] } };
    return typeName?.names?.at(-1)?.String?.sval ?? null;
  }
  if (!("A_Const" in node)) return null;
  const constant = node.A_Const as { ival?: unknown; fval?: unknown; sval?: { sval?: string }; boolval?: unknown };
  if (constant.ival !== undefined) return "int8";
  if (constant.fval !== undefined) return "numeric";
  if (constant.boolval !== undefined) return "bool";
  const text = constant.sval?.sval ?? "";
  if (/^\d{4}-\d\d-\d\d/.test(text)) return "timestamptz";
  if (/^\s*\{\s*"/.test(text)) return "jsonb";
  return text === "" ? null : "text";
}

function typeByName(name: string): string {
  if (/^(id|.*_id|count|quantity|number|position)$/.test(name)) return "int8";
  if (/(_at|_on|_date|_time|^date|^time|timestamp)$/.test(name)) return "timestamptz";
  if (/^(is|has)_|^(active|deleted|enabled)$/.test(name)) return "bool";
  return /^(amount|price|total|score)$/.test(name) ? "numeric" : "text";
}

function relationOf({ schema, name }: RelationName, columns: readonly (readonly [string, string])[]): Relation {
  return { ...emptyTable, schema, name, columns: columns.map(([column, type], at) => columnOf(column, type, at + 1)) };
}

function columnOf(name: string, type: string, position: number): Column {
  return { ...emptyColumn, name, position, type, baseType: type, category: "U", storageLength: -1, alignment: "i" };
}
