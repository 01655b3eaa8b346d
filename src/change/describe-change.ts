import type { Node, RenameStmt, VariableSetStmt } from "@pgsql/types";
import { type LockMode, lockModes } from "../domain/postgres.ts";
import type { SchemaChange } from "../domain/schema-change.ts";
import { tagOf } from "../syntax/tree.ts";
import { describeAlterTable } from "./describe-alter-table.ts";
import { describeCreate } from "./describe-create.ts";
import { type ChangeNames, relationOf, sqlOf, stringsOf } from "./describe-definitions.ts";
import { describeDrop } from "./describe-drop.ts";
import { describeRows } from "./describe-rows.ts";

/** What a statement changes, in order. A statement that is none of the union's gives `other`. */
export function describeChange(node: Node, names: ChangeNames): SchemaChange[] {
  if ("AlterTableStmt" in node) return describeAlterTable(node.AlterTableStmt, names);
  const locked = tablesOfOthers(node, names);
  if (locked.length > 0) return locked.map((relation) => ({ kind: "alter-table", relation, subcommand: tagOf(node) }));
  const described = describeCreate(node, names) ??
    describeDrop(node, names) ??
    describeRename(node, names) ??
    describeMaintenance(node, names) ??
    settingByFunction(node) ??
    describeRows(node, names) ??
    describeSession(node, names) ?? { kind: "other", statement: tagOf(node) };
  return [described];
}

/** Tables that a statistics object, a publication or a rule is made for. */
function tablesOfOthers(node: Node, names: ChangeNames) {
  if ("CreateStatsStmt" in node) return rangesOf(node.CreateStatsStmt.relations, names);
  if ("RuleStmt" in node) return [relationOf(node.RuleStmt.relation, names)];
  const objects =
    "CreatePublicationStmt" in node
      ? node.CreatePublicationStmt.pubobjects
      : "AlterPublicationStmt" in node
        ? node.AlterPublicationStmt.pubobjects
        : [];
  return (objects ?? []).flatMap((each) =>
    "PublicationObjSpec" in each && each.PublicationObjSpec.pubtable ? [relationOf(each.PublicationObjSpec.pubtable.relation, names)] : [],
  );
}

function describeRename(node: Node, names: ChangeNames): SchemaChange | null {
  if ("AlterObjectSchemaStmt" in node && node.AlterObjectSchemaStmt.relation) {
    const { relation, newschema } = node.AlterObjectSchemaStmt;
    return { kind: "set-schema", relation: relationOf(relation, names), to: newschema ?? "" };
  }
  if ("AlterEnumStmt" in node) {
    const { typeName, oldVal, newVal = "", newValNeighbor } = node.AlterEnumStmt;
    const type = typeNameOf(typeName, names);
    return oldVal === undefined
      ? { kind: "add-enum-value", type, value: newVal, placed: newValNeighbor !== undefined }
      : { kind: "rename-enum-value", type, from: oldVal, to: newVal };
  }
  return "RenameStmt" in node ? describeRenameStatement(node.RenameStmt, names) : null;
}

function describeRenameStatement(statement: RenameStmt, names: ChangeNames): SchemaChange | null {
  const { renameType, relation, subname: name = "", newname: to = "" } = statement;
  switch (renameType) {
    case "OBJECT_SCHEMA":
      return { kind: "rename-schema", name, to };
    case "OBJECT_TABLE":
    case "OBJECT_VIEW":
    case "OBJECT_MATVIEW":
      return { kind: "rename-table", relation: relationOf(relation, names), view: renameType === "OBJECT_VIEW", to };
    case "OBJECT_COLUMN":
      return { kind: "rename-column", relation: relationOf(relation, names), column: name, to };
    case "OBJECT_TABCONSTRAINT":
      return { kind: "rename-constraint", relation: relationOf(relation, names), name, to };
    case "OBJECT_POLICY":
      return { kind: "alter-policy", relation: relationOf(relation, names) };
    case "OBJECT_TRIGGER":
    case "OBJECT_RULE":
      return { kind: "alter-table", relation: relationOf(relation, names), subcommand: "Rename" };
    case "OBJECT_INDEX":
      return { kind: "rename-index", index: relationOf(relation, names), to };
    default:
      return null;
  }
}

function typeNameOf(parts: readonly Node[] | undefined, names: ChangeNames) {
  const words = stringsOf(parts);
  return names.relation({ schemaname: words.length > 1 ? words.at(-2) : undefined, relname: words.at(-1) });
}

function describeMaintenance(node: Node, names: ChangeNames): SchemaChange | null {
  if ("ReindexStmt" in node) {
    const { kind, relation, name, params } = node.ReindexStmt;
    const concurrently = (params ?? []).some((each) => "DefElem" in each && each.DefElem.defname === "concurrently");
    const what = kind?.replace("REINDEX_OBJECT_", "").toLowerCase() as "index" | "table" | "schema" | "database" | "system";
    return { kind: "reindex", what, name: relation ? relationOf(relation, names) : name ? { schema: name, name } : null, concurrently };
  }
  if ("VacuumStmt" in node) {
    const { options = [], rels = [], is_vacuumcmd: isVacuum } = node.VacuumStmt;
    const relations = rels.flatMap((each) => ("VacuumRelation" in each ? [relationOf(each.VacuumRelation.relation, names)] : []));
    const full = options.some((each) => "DefElem" in each && each.DefElem.defname === "full" && !isFalse(each.DefElem.arg));
    const analyze = !isVacuum || options.some((each) => "DefElem" in each && each.DefElem.defname === "analyze");
    if (isVacuum && full) return { kind: "vacuum-full", relations };
    return analyze ? { kind: "analyze", relations } : { kind: "other", statement: "VACUUM" };
  }
  if ("ClusterStmt" in node) {
    const { relation, indexname } = node.ClusterStmt;
    return { kind: "cluster", relation: relation ? relationOf(relation, names) : null, index: indexname ?? null };
  }
  if ("RefreshMatViewStmt" in node) {
    const { relation, concurrent = false, skipData = false } = node.RefreshMatViewStmt;
    return { kind: "refresh", relation: relationOf(relation, names), concurrently: concurrent, withRows: !skipData };
  }
  if ("LockStmt" in node) {
    const relations = rangesOf(node.LockStmt.relations, names);
    return { kind: "lock-table", relations, mode: lockMode(node.LockStmt.mode ?? lockModes.length) };
  }
  if ("TruncateStmt" in node)
    return {
      kind: "truncate",
      relations: rangesOf(node.TruncateStmt.relations, names),
      cascade: node.TruncateStmt.behavior === "DROP_CASCADE",
    };
  return null;
}

function isFalse(node: Node | undefined): boolean {
  return node !== undefined && "String" in node && ["false", "off", "0"].includes(node.String.sval ?? "");
}

/** storage/lockdefs.h numbers them from 1, weakest first. */
function lockMode(number: number): LockMode {
  return lockModes[number - 1] ?? "AccessExclusiveLock";
}

function rangesOf(nodes: readonly Node[] | undefined, names: ChangeNames) {
  return (nodes ?? []).flatMap((each) => ("RangeVar" in each ? [relationOf(each.RangeVar, names)] : []));
}

/** `SELECT set_config('lock_timeout', '5s', false)`, as pg_dump writes for search_path. */
function settingByFunction(node: Node): SchemaChange | null {
  if (!("SelectStmt" in node)) return null;
  const [only, ...rest] = node.SelectStmt.targetList ?? [];
  const call = only && "ResTarget" in only ? only.ResTarget.val : undefined;
  if (rest.length > 0 || !call || !("FuncCall" in call) || stringsOf(call.FuncCall.funcname).at(-1) !== "set_config") return null;
  const [name, value, local] = call.FuncCall.args ?? [];
  const text = (each: Node | undefined) => (each && "A_Const" in each ? (each.A_Const.sval?.sval ?? null) : null);
  const setting = text(name);
  if (setting === null) return null;
  return {
    kind: "set",
    name: setting.toLowerCase(),
    value: text(value),
    local: !!local && "A_Const" in local && local.A_Const.boolval?.boolval === true,
  };
}

const transactions: Readonly<Record<string, "begin" | "commit" | "rollback" | "savepoint">> = {
  TRANS_STMT_BEGIN: "begin",
  TRANS_STMT_START: "begin",
  TRANS_STMT_COMMIT: "commit",
  TRANS_STMT_ROLLBACK: "rollback",
  TRANS_STMT_SAVEPOINT: "savepoint",
};

function describeSession(node: Node, names: ChangeNames): SchemaChange | null {
  if ("CommentStmt" in node && ["OBJECT_TABLE", "OBJECT_COLUMN"].includes(node.CommentStmt.objtype ?? "")) {
    const { object, objtype } = node.CommentStmt;
    const path = object && "List" in object ? stringsOf(object.List.items) : [];
    const table = objtype === "OBJECT_COLUMN" ? path.slice(0, -1) : path;
    const relation = names.relation({ schemaname: table.length > 1 ? table.at(-2) : undefined, relname: table.at(-1) });
    return { kind: "alter-table", relation, subcommand: "Comment" };
  }
  if ("TransactionStmt" in node) return { kind: "transaction", action: transactions[node.TransactionStmt.kind ?? ""] ?? "other" };
  if ("VariableSetStmt" in node) return describeSetting(node.VariableSetStmt);
  if ("DoStmt" in node) {
    const option = (name: string) =>
      (node.DoStmt.args ?? []).flatMap((each) =>
        "DefElem" in each && each.DefElem.defname === name && each.DefElem.arg && "String" in each.DefElem.arg
          ? [each.DefElem.arg.String.sval ?? ""]
          : [],
      )[0];
    return { kind: "do", language: option("language") ?? "plpgsql", body: option("as") ?? "" };
  }
  if ("CreateTrigStmt" in node) {
    const { relation, trigname, replace = false, constrrel } = node.CreateTrigStmt;
    return {
      kind: "create-trigger",
      relation: relationOf(relation, names),
      name: trigname ?? "",
      orReplace: replace,
      from: constrrel ? relationOf(constrrel, names) : null,
    };
  }
  if ("AlterPolicyStmt" in node) return { kind: "alter-policy", relation: relationOf(node.AlterPolicyStmt.table, names) };
  if ("CreatePolicyStmt" in node)
    return {
      kind: "create-policy",
      relation: relationOf(node.CreatePolicyStmt.table, names),
      name: node.CreatePolicyStmt.policy_name ?? "",
    };
  return null;
}

function describeSetting({ kind, name = "", args = [], is_local: local = false }: VariableSetStmt): SchemaChange {
  const values = args.map((each) => {
    if ("TypeCast" in each) return each.TypeCast.arg ? sqlOf(each.TypeCast.arg).replaceAll("'", "") : "";
    if (!("A_Const" in each)) return "";
    const { sval, ival, fval } = each.A_Const;
    return sval ? (sval.sval ?? "") : fval ? (fval.fval ?? "") : String(ival?.ival ?? 0);
  });
  return { kind: "set", name: name.toLowerCase(), value: kind === "VAR_SET_VALUE" ? values.join(", ") : null, local };
}
