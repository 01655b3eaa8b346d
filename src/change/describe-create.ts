import type { CreateStmt, DefElem, IndexStmt, Node } from "@pgsql/types";
import { objectName } from "../domain/identifier.ts";
import type { SchemaChange } from "../domain/schema-change.ts";
import { impliedName } from "../names/implied-name.ts";
import { typeOfName } from "../syntax/type-reference.ts";
import {
  type ChangeNames,
  columnOf,
  constraintOf,
  indexElement,
  relationOf,
  relationsRead,
  sqlOf,
  stringsOf,
} from "./describe-definitions.ts";

export function describeCreate(node: Node, names: ChangeNames): SchemaChange | null {
  if ("CreateStmt" in node) return describeTable(node.CreateStmt, names);
  if ("IndexStmt" in node) return describeIndex(node.IndexStmt, names);
  if ("CreateTableAsStmt" in node) {
    const { into, query, objtype, if_not_exists: ifNotExists = false } = node.CreateTableAsStmt;
    return {
      kind: "create-table-as",
      relation: relationOf(into?.rel, names),
      materializedView: objtype === "OBJECT_MATVIEW",
      withRows: into?.skipData !== true,
      reads: query ? relationsRead(query, names) : [],
      temporary: into?.rel?.relpersistence === "t",
      ifNotExists,
    };
  }
  if ("ViewStmt" in node) {
    const { view, query } = node.ViewStmt;
    return { kind: "create-view", relation: relationOf(view, names), reads: query ? relationsRead(query, names) : [] };
  }
  return describeType(node, names) ?? describeFunction(node, names);
}

function describeTable(statement: CreateStmt, names: ChangeNames): SchemaChange {
  const { relation, tableElts = [], inhRelations = [], partbound, partspec, if_not_exists: ifNotExists = false } = statement;
  const parents = inhRelations.flatMap((each) => ("RangeVar" in each ? [relationOf(each.RangeVar, names)] : []));
  return {
    kind: "create-table",
    relation: relationOf(relation, names),
    qualified: relation?.schemaname !== undefined,
    columns: tableElts.flatMap((each) => ("ColumnDef" in each ? [columnOf(each.ColumnDef, names)] : [])),
    constraints: tableElts.flatMap((each) => {
      const own = "Constraint" in each ? constraintOf(each.Constraint, names) : null;
      return own ? [own] : [];
    }),
    partitionOf: partbound ? (parents[0] ?? null) : null,
    isDefaultPartition: partbound?.is_default === true,
    inherits: partbound ? [] : parents,
    like: tableElts.flatMap((each) => ("TableLikeClause" in each ? [relationOf(each.TableLikeClause.relation, names)] : [])),
    partitioned: partspec !== undefined,
    temporary: relation?.relpersistence === "t",
    unlogged: relation?.relpersistence === "u",
    ifNotExists,
  };
}

function describeIndex(statement: IndexStmt, names: ChangeNames): SchemaChange {
  const { relation, idxname, accessMethod = "btree", indexParams = [], indexIncludingParams = [], whereClause } = statement;
  const elements = (list: readonly Node[]) => list.flatMap((each) => ("IndexElem" in each ? [indexElement(each.IndexElem)] : []));
  return {
    kind: "create-index",
    relation: relationOf(relation, names),
    name: idxname ?? null,
    pickedName: pickedName(relation?.relname ?? "", [...indexParams, ...indexIncludingParams]),
    accessMethod,
    keys: elements(indexParams),
    include: elements(indexIncludingParams).flatMap((each) => (each.column === null ? [] : [each.column])),
    predicate: whereClause ? sqlOf(whereClause) : null,
    unique: statement.unique === true,
    concurrently: statement.concurrent === true,
    ifNotExists: statement.if_not_exists === true,
    only: relation?.inh !== true,
  };
}

/** indexcmds.c, ChooseIndexColumnNames: columns and what expressions suggest, those of INCLUDE too, a second of a name numbered. */
function pickedName(table: string, elements: readonly Node[]): string {
  const parts: string[] = [];
  for (const each of elements) {
    if (!("IndexElem" in each)) continue;
    const { name, expr } = each.IndexElem;
    const wanted = name ?? (expr ? impliedName(expr) : null) ?? "expr";
    let part = wanted;
    for (let number = 1; parts.includes(part); number++) part = `${wanted}${number}`;
    parts.push(part);
  }
  return objectName(table, parts.join("_"), "idx");
}

function describeType(node: Node, names: ChangeNames): SchemaChange | null {
  const named = (parts: readonly Node[] | undefined) => {
    const words = stringsOf(parts);
    return names.relation({ schemaname: words.length > 1 ? words.at(-2) : undefined, relname: words.at(-1) });
  };
  if ("CreateEnumStmt" in node)
    return { kind: "create-enum", type: named(node.CreateEnumStmt.typeName), labels: stringsOf(node.CreateEnumStmt.vals) };
  if ("CreateDomainStmt" in node) {
    const { domainname, typeName, constraints = [] } = node.CreateDomainStmt;
    const constrained = constraints.some(
      (each) => "Constraint" in each && ["CONSTR_CHECK", "CONSTR_NOTNULL"].includes(each.Constraint.contype ?? ""),
    );
    return { kind: "create-domain", type: named(domainname), base: typeOfName(typeName), constrained };
  }
  if (!("AlterDomainStmt" in node)) return null;
  const { typeName, subtype, def, name } = node.AlterDomainStmt;
  const constraint = def && "Constraint" in def ? def.Constraint : null;
  const action = ({ C: "add-constraint", O: "set-not-null", V: "validate" } as const)[subtype ?? ""] ?? "other";
  return {
    kind: "alter-domain",
    type: named(typeName),
    action,
    notValid: constraint?.skip_validation === true,
    constraint: constraint?.conname ?? name ?? null,
  };
}

function describeFunction(node: Node, names: ChangeNames): SchemaChange | null {
  if (!("CreateFunctionStmt" in node)) return null;
  const { funcname, options = [] } = node.CreateFunctionStmt;
  const words = stringsOf(funcname);
  const declared = options.flatMap((each) => ("DefElem" in each && each.DefElem.defname === "volatility" ? [textOf(each.DefElem)] : []))[0];
  return {
    kind: "create-function",
    function: names.relation({ schemaname: words.length > 1 ? words.at(-2) : undefined, relname: words.at(-1) }),
    volatility: declared === "immutable" || declared === "stable" ? declared : "volatile",
  };
}

function textOf({ arg }: DefElem): string {
  return arg && "String" in arg ? (arg.String.sval ?? "") : "";
}
