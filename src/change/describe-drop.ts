import type { DropStmt, Node } from "@pgsql/types";
import type { RelationName } from "../domain/postgres.ts";
import type { DroppableKind, SchemaChange } from "../domain/schema-change.ts";
import { type ChangeNames, stringsOf } from "./describe-definitions.ts";

const kinds: Readonly<Partial<Record<NonNullable<DropStmt["removeType"]>, DroppableKind>>> = {
  OBJECT_TABLE: "table",
  OBJECT_FOREIGN_TABLE: "table",
  OBJECT_INDEX: "index",
  OBJECT_VIEW: "view",
  OBJECT_MATVIEW: "materialized-view",
  OBJECT_SEQUENCE: "sequence",
  OBJECT_SCHEMA: "schema",
  OBJECT_TYPE: "type",
  OBJECT_DOMAIN: "domain",
  OBJECT_TRIGGER: "trigger",
  OBJECT_POLICY: "policy",
  OBJECT_FUNCTION: "function",
  OBJECT_PROCEDURE: "function",
  OBJECT_ROUTINE: "function",
  OBJECT_EXTENSION: "extension",
};

export function describeDrop(node: Node, names: ChangeNames): SchemaChange | null {
  if ("DropdbStmt" in node) return { kind: "drop-database", name: node.DropdbStmt.dbname ?? "" };
  if (!("DropStmt" in node)) return null;
  const { objects = [], removeType, behavior, concurrent = false, missing_ok: ifExists = false } = node.DropStmt;
  const what = (removeType && kinds[removeType]) ?? "other";
  const paths = objects.map(pathOf);
  const [first = []] = paths;
  // A trigger or a policy is named behind its table.
  const onTable = what === "trigger" || what === "policy";
  return {
    kind: "drop",
    what,
    names: paths.map((path) =>
      onTable || what === "schema" ? { schema: path.at(-1) ?? "", name: path.at(-1) ?? "" } : nameOf(path, names),
    ),
    relation: onTable ? nameOf(first.slice(0, -1), names) : null,
    concurrently: concurrent,
    cascade: behavior === "DROP_CASCADE",
    ifExists,
  };
}

function pathOf(object: Node): string[] {
  if ("List" in object) return stringsOf(object.List.items);
  if ("TypeName" in object) return stringsOf(object.TypeName.names);
  if ("ObjectWithArgs" in object) return stringsOf(object.ObjectWithArgs.objname);
  return stringsOf([object]);
}

function nameOf(path: readonly string[], names: ChangeNames): RelationName {
  return names.relation({ schemaname: path.length > 1 ? path.at(-2) : undefined, relname: path.at(-1) });
}
