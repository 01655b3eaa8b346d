import type { AlterTableCmd, AlterTableStmt, DefElem, Node } from "@pgsql/types";
import type { RelationName } from "../domain/postgres.ts";
import type { PartitionBound, SchemaChange } from "../domain/schema-change.ts";
import { typeOfName } from "../syntax/type-reference.ts";
import {
  type ChangeNames,
  collationName,
  columnOf,
  constraintOf,
  defaultOf,
  relationOf,
  sqlOf,
  stringsOf,
} from "./describe-definitions.ts";

/** One change per subcommand, in order. */
export function describeAlterTable(statement: AlterTableStmt, names: ChangeNames): SchemaChange[] {
  const relation = relationOf(statement.relation, names);
  const only = statement.relation?.inh !== true;
  const commands = (statement.cmds ?? []).flatMap((each) => ("AlterTableCmd" in each ? [each.AlterTableCmd] : []));
  if (statement.objtype === "OBJECT_INDEX") return commands.map((each) => describeIndexCommand(each, relation, names));
  return commands.map((each) => describeCommand(each, { relation, only }, names));
}

interface Target {
  readonly relation: RelationName;
  readonly only: boolean;
}

function describeIndexCommand(command: AlterTableCmd, index: RelationName, names: ChangeNames): SchemaChange {
  if (command.subtype === "AT_AttachPartition" && command.def && "PartitionCmd" in command.def)
    return { kind: "attach-index", index, partition: relationOf(command.def.PartitionCmd.name, names) };
  return { kind: "other", statement: "ALTER INDEX" };
}

function describeCommand(command: AlterTableCmd, target: Target, names: ChangeNames): SchemaChange {
  return (
    describeColumnCommand(command, target, names) ??
    describeConstraintCommand(command, target, names) ??
    describeStorageCommand(command, target, names) ?? {
      kind: "alter-table",
      relation: target.relation,
      subcommand: (command.subtype ?? "").replace(/^AT_/, ""),
    }
  );
}

function describeColumnCommand(command: AlterTableCmd, { relation }: Target, names: ChangeNames): SchemaChange | null {
  const { def, subtype, name: column = "", behavior, missing_ok: missingOk = false } = command;
  switch (subtype) {
    case "AT_AddColumn":
      return def && "ColumnDef" in def
        ? { kind: "add-column", relation, column: columnOf(def.ColumnDef, names), ifNotExists: missingOk }
        : null;
    case "AT_DropColumn":
      return { kind: "drop-column", relation, column, cascade: behavior === "DROP_CASCADE", ifExists: missingOk };
    case "AT_AlterColumnType":
      if (!def || !("ColumnDef" in def)) return null;
      return {
        kind: "alter-column-type",
        relation,
        column,
        type: typeOfName(def.ColumnDef.typeName),
        collation: collationName(def.ColumnDef.collClause?.collname),
        using: usingOf(def.ColumnDef.raw_default, column, typeOfName(def.ColumnDef.typeName).name),
      };
    case "AT_SetNotNull":
      return { kind: "set-not-null", relation, column };
    case "AT_DropNotNull":
      return { kind: "drop-not-null", relation, column };
    case "AT_ColumnDefault":
      return { kind: "set-column-default", relation, column, default: def ? defaultOf(def, names) : null };
    case "AT_SetExpression":
      return { kind: "set-expression", relation, column };
    case "AT_AddIdentity":
      return { kind: "add-identity", relation, column };
    default:
      return null;
  }
}

/** `USING c` and `USING c::type` say what PostgreSQL would do by itself. */
function usingOf(node: Node | undefined, column: string, type: string): "none" | "plain-cast" | "expression" {
  if (!node) return "none";
  const isColumn = (each: Node | undefined) =>
    each !== undefined && "ColumnRef" in each && stringsOf(each.ColumnRef.fields).at(-1) === column;
  if (isColumn(node)) return "plain-cast";
  const cast = "TypeCast" in node ? node.TypeCast : null;
  return cast && isColumn(cast.arg) && typeOfName(cast.typeName).name === type ? "plain-cast" : "expression";
}

function describeConstraintCommand(command: AlterTableCmd, { relation, only }: Target, names: ChangeNames): SchemaChange | null {
  const { def, subtype, name = "", behavior } = command;
  switch (subtype) {
    case "AT_AddConstraint": {
      const constraint = def && "Constraint" in def ? constraintOf(def.Constraint, names) : null;
      return constraint && { kind: "add-constraint", relation, only, constraint };
    }
    case "AT_ValidateConstraint":
      return { kind: "validate-constraint", relation, name };
    case "AT_DropConstraint":
      return { kind: "drop-constraint", relation, name, cascade: behavior === "DROP_CASCADE" };
    case "AT_AttachPartition":
    case "AT_DetachPartition":
    case "AT_DetachPartitionFinalize": {
      if (!def || !("PartitionCmd" in def)) return null;
      const { bound, name: child, concurrent = false } = def.PartitionCmd;
      const partition = relationOf(child, names);
      if (subtype !== "AT_AttachPartition") {
        return { kind: "detach-partition", relation, partition, concurrently: concurrent || subtype === "AT_DetachPartitionFinalize" };
      }
      return { kind: "attach-partition", relation, partition, isDefault: bound?.is_default === true, bound: boundOf(bound) };
    }
    default:
      return null;
  }
}

interface WrittenBound {
  readonly strategy?: string;
  readonly listdatums?: Node[];
  readonly lowerdatums?: Node[];
  readonly upperdatums?: Node[];
}

export function boundOf(bound: WrittenBound | undefined): PartitionBound | null {
  const value = (node: Node | undefined) => (node === undefined || "ColumnRef" in node ? null : sqlOf(node));
  if (bound?.strategy === "l") return { kind: "list", values: (bound.listdatums ?? []).map(value), complete: true };
  if (bound?.strategy !== "r") return null;
  const { lowerdatums = [], upperdatums = [] } = bound;
  return { kind: "range", values: [value(lowerdatums[0]), value(upperdatums[0])], complete: lowerdatums.length === 1 };
}

const identities: Readonly<Record<string, "default" | "full" | "nothing" | "index">> = {
  d: "default",
  f: "full",
  n: "nothing",
  i: "index",
};

function describeStorageCommand(command: AlterTableCmd, { relation }: Target, names: ChangeNames): SchemaChange | null {
  const { def, subtype, name = "" } = command;
  switch (subtype) {
    case "AT_SetLogged":
      return { kind: "set-logged", relation };
    case "AT_SetUnLogged":
      return { kind: "set-unlogged", relation };
    case "AT_SetTableSpace":
      return { kind: "set-tablespace", relation, to: name };
    case "AT_SetAccessMethod":
      return { kind: "set-access-method", relation, to: name };
    case "AT_SetRelOptions":
      return { kind: "set-storage-parameters", relation, parameters: parametersOf(def) };
    case "AT_ReplicaIdentity":
      return def && "ReplicaIdentityStmt" in def
        ? { kind: "replica-identity", relation, to: identities[def.ReplicaIdentityStmt.identity_type ?? "d"] ?? "default" }
        : null;
    case "AT_EnableRowSecurity":
      return { kind: "enable-rls", relation };
    case "AT_DisableRowSecurity":
      return { kind: "disable-rls", relation };
    case "AT_DisableTrig":
    case "AT_DisableTrigAll":
    case "AT_DisableTrigUser":
      return { kind: "toggle-trigger", relation, trigger: name || null, enable: false };
    case "AT_EnableTrig":
    case "AT_EnableTrigAll":
    case "AT_EnableTrigUser":
      return { kind: "toggle-trigger", relation, trigger: name || null, enable: true };
    case "AT_AddInherit":
      return def && "RangeVar" in def ? { kind: "inherit", relation, parent: relationOf(def.RangeVar, names) } : null;
    default:
      return null;
  }
}

/** `name=value`, lower case. */
export function parametersOf(definition: Node | undefined): string[] {
  const items = definition && "List" in definition ? (definition.List.items ?? []) : [];
  return items.flatMap((each) => ("DefElem" in each ? [`${each.DefElem.defname ?? ""}=${parameterValue(each.DefElem)}`] : []));
}

function parameterValue({ arg }: DefElem): string {
  if (!arg) return "true";
  if ("String" in arg) return (arg.String.sval ?? "").toLowerCase();
  // A keyword, such as ON or OFF, reads as a type's name.
  if ("TypeName" in arg) return stringsOf(arg.TypeName.names).at(-1) ?? "";
  if ("Integer" in arg) return String(arg.Integer.ival ?? 0);
  if ("Float" in arg) return arg.Float.fval ?? "0";
  return "";
}
