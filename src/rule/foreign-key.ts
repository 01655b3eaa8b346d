import type { Constraint, Index, Relation } from "../domain/catalog.ts";
import { ident, qualified } from "../domain/identifier.ts";

/**
 * True when the index finds rows by equality on all these columns: they are its first keys in any order. A hash index
 * serves one; a partial index serves when it leaves out only nulls, which no foreign-key check looks for.
 */
export function servesEquality(index: Index, columns: readonly string[]): boolean {
  if (!index.valid || (index.accessMethod !== "btree" && index.accessMethod !== "hash")) return false;
  if (index.predicate !== null && !leavesOutOnlyNulls(index.predicate, columns)) return false;
  const leading = index.keys.slice(0, columns.length).map((each) => each.column);
  return leading.length === columns.length && columns.every((name) => leading.includes(name));
}

function leavesOutOnlyNulls(predicate: string, columns: readonly string[]): boolean {
  const wanted = columns.flatMap((name) => [name, ident(name)]).map((name) => `${name} IS NOT NULL`);
  return predicate
    .replaceAll(/[()]/g, "")
    .split(" AND ")
    .every((each) => wanted.includes(each.trim()));
}

/**
 * The statement PostgreSQL runs for each referenced row that goes, with the key as parameters: ri_triggers.c,
 * ri_restrict() for NO ACTION and RESTRICT, RI_FKey_cascade_del(), ri_set(). ONLY is left out for a partitioned table.
 */
export function foreignKeyCheck(relation: Relation, constraint: Constraint): string {
  const table = `${relation.kind === "partitioned-table" ? "" : "ONLY "}${qualified(relation)}`;
  const where = constraint.columns.map((name, at) => `x.${ident(name)} = $${at + 1}`).join(" AND ");
  const all = (value: string) => constraint.columns.map((name) => `${ident(name)} = ${value}`).join(", ");
  switch (constraint.references?.onDelete) {
    case "CASCADE":
      return `DELETE FROM ${table} x WHERE ${where}`;
    case "SET NULL":
      return `UPDATE ${table} x SET ${all("NULL")} WHERE ${where}`;
    case "SET DEFAULT":
      return `UPDATE ${table} x SET ${all("DEFAULT")} WHERE ${where}`;
    default:
      return `SELECT 1 FROM ${table} x WHERE ${where} FOR KEY SHARE OF x`;
  }
}
