import type { Constraint, Node } from "@pgsql/types";
import type { VersionedForm } from "../domain/schema-change.ts";
import { walk } from "../syntax/tree.ts";
import { stringsOf } from "./describe-definitions.ts";
import { functionsSince } from "./versioned-functions.ts";

/**
 * Forms of a statement, and built-in functions it calls, that a PostgreSQL older than the one named does not take: release notes
 * 11 to 18, each held against native servers by bench/migrations.ts. Newest first, each once. `ownFunction`: a function of that
 * name is the user's, so that an older server has it as well.
 */
export function versionedForms(statement: Node, ownFunction: (name: string) => boolean): VersionedForm[] {
  const found = new Map<string, VersionedForm>();
  walk(statement, (node) => {
    for (const each of [...formsOf(node), ...functionOf(node, ownFunction)]) found.set(each.form, each);
    return undefined;
  });
  return [...found.values()].sort((a, b) => b.from - a.from || (a.form < b.form ? -1 : 1));
}

function functionOf(node: Node, ownFunction: (name: string) => boolean): VersionedForm[] {
  if (!("FuncCall" in node)) return [];
  const path = stringsOf(node.FuncCall.funcname);
  const name = path.at(-1) ?? "";
  const from = functionsSince.get(name);
  if (from === undefined || (path.length > 1 && path[0] !== "pg_catalog") || ownFunction(name)) return [];
  return [{ from, form: `${name}()` }];
}

function formsOf(node: Node): VersionedForm[] {
  if ("Constraint" in node) return constraintForms(node.Constraint);
  if ("AlterTableCmd" in node) {
    const { subtype = "", def, name } = node.AlterTableCmd;
    const altered = def && "ATAlterConstraint" in def ? def.ATAlterConstraint : null;
    const concurrent = def && "PartitionCmd" in def && def.PartitionCmd.concurrent;
    return forms(
      [subtype === "AT_DropExpression", 13, "DROP EXPRESSION"],
      [subtype === "AT_SetCompression", 14, "SET COMPRESSION"],
      [concurrent, 14, "DETACH PARTITION CONCURRENTLY"],
      [subtype === "AT_DetachPartitionFinalize", 14, "DETACH PARTITION FINALIZE"],
      [subtype === "AT_SetAccessMethod" && name !== undefined, 15, "SET ACCESS METHOD"],
      [subtype === "AT_SetAccessMethod" && name === undefined, 17, "SET ACCESS METHOD DEFAULT"],
      [subtype === "AT_SetExpression", 17, "SET EXPRESSION"],
      [altered?.alterEnforceability, 18, "ALTER CONSTRAINT … ENFORCED"],
      [altered?.alterInheritability, 18, "ALTER CONSTRAINT … INHERIT"],
    );
  }
  if ("ColumnDef" in node)
    return forms([node.ColumnDef.compression, 14, "COMPRESSION of a column"], [node.ColumnDef.storage_name, 16, "STORAGE of a new column"]);
  if ("IndexStmt" in node)
    return forms(
      [node.IndexStmt.indexIncludingParams?.length, 11, "INCLUDE of an index"],
      [node.IndexStmt.nulls_not_distinct, 15, "NULLS NOT DISTINCT"],
    );
  // INCLUDING ALL sets every bit, and was there before this one.
  if ("TableLikeClause" in node) {
    const options = node.TableLikeClause.options ?? 0;
    return forms([options !== 0x7fffffff && (options & 2) !== 0, 14, "INCLUDING COMPRESSION"]);
  }
  if ("ReindexStmt" in node)
    return forms(
      [hasOption(node.ReindexStmt.params, "concurrently"), 12, "REINDEX CONCURRENTLY"],
      [hasOption(node.ReindexStmt.params, "tablespace"), 14, "REINDEX (TABLESPACE …)"],
    );
  if ("CreateStatsStmt" in node) {
    const { defnames, exprs = [] } = node.CreateStatsStmt;
    const onExpression = exprs.some((each) => "StatsElem" in each && each.StatsElem.expr);
    return forms([onExpression, 14, "CREATE STATISTICS on an expression"], [!defnames, 16, "CREATE STATISTICS without a name"]);
  }
  return programForms(node) ?? queryForms(node);
}

/** Those that are there: whether, since which major, its words. */
function forms(...given: readonly (readonly [unknown, number, string])[]): VersionedForm[] {
  return given.flatMap(([is, from, form]) => (is ? [{ from, form }] : []));
}

function constraintForms(constraint: Constraint): VersionedForm[] {
  const { contype, generated_kind: generated } = constraint;
  const notEnforced = (contype === "CONSTR_FOREIGN" || contype === "CONSTR_CHECK") && constraint.is_enforced !== true;
  return forms(
    [constraint.including?.length, 11, "INCLUDE of a constraint"],
    [contype === "CONSTR_GENERATED" && generated !== "v", 12, "GENERATED ALWAYS AS (…) STORED"],
    [contype === "CONSTR_GENERATED" && generated === "v", 18, "VIRTUAL columns, the default kind where STORED is not written,"],
    [constraint.nulls_not_distinct, 15, "NULLS NOT DISTINCT"],
    [constraint.fk_del_set_cols?.length, 15, "ON DELETE SET NULL or SET DEFAULT of some columns"],
    [constraint.without_overlaps, 18, "WITHOUT OVERLAPS"],
    [constraint.fk_with_period, 18, "PERIOD in a foreign key"],
    [contype === "CONSTR_NOTNULL" && constraint.keys?.length, 18, "NOT NULL as a constraint of the table"],
    [notEnforced || contype === "CONSTR_ATTR_NOT_ENFORCED", 18, "NOT ENFORCED"],
  );
}

/** Programs, privileges and publications. */
function programForms(node: Node): VersionedForm[] | null {
  if ("CreateTrigStmt" in node) return forms([node.CreateTrigStmt.replace, 14, "CREATE OR REPLACE TRIGGER"]);
  if ("CreateFunctionStmt" in node)
    return forms(
      [node.CreateFunctionStmt.is_procedure, 11, "CREATE PROCEDURE"],
      [node.CreateFunctionStmt.sql_body, 14, "a function body that is no string"],
    );
  if ("ViewStmt" in node) return forms([hasOption(node.ViewStmt.options, "security_invoker"), 15, "security_invoker of a view"]);
  if ("PublicationObjSpec" in node) {
    const { pubobjtype, pubtable } = node.PublicationObjSpec;
    return forms(
      [/SCHEMA/.test(pubobjtype ?? ""), 15, "FOR TABLES IN SCHEMA"],
      [pubtable?.whereClause ?? pubtable?.columns?.length, 15, "a column list or WHERE of a publication"],
    );
  }
  if ("AccessPriv" in node) return forms([node.AccessPriv.priv_name === "maintain", 17, "the privilege MAINTAIN"]);
  if ("GrantRoleStmt" in node) {
    const { opt } = node.GrantRoleStmt;
    return forms([hasOption(opt, "inherit") || hasOption(opt, "set"), 16, "GRANT … WITH INHERIT or SET"]);
  }
  return null;
}

function queryForms(node: Node): VersionedForm[] {
  if ("MergeStmt" in node) {
    const { mergeWhenClauses = [], returningClause } = node.MergeStmt;
    const bySource = mergeWhenClauses.some(
      (each) => "MergeWhenClause" in each && each.MergeWhenClause.matchKind === "MERGE_WHEN_NOT_MATCHED_BY_SOURCE",
    );
    return forms([true, 15, "MERGE"], [returningClause, 17, "MERGE … RETURNING"], [bySource, 17, "WHEN NOT MATCHED BY SOURCE"]);
  }
  if ("CommonTableExpr" in node)
    return forms([node.CommonTableExpr.search_clause ?? node.CommonTableExpr.cycle_clause, 14, "SEARCH and CYCLE of a recursive query"]);
  if ("RangeSubselect" in node) return forms([!node.RangeSubselect.alias, 16, "a subquery in FROM without an alias"]);
  return forms(
    ["JsonIsPredicate" in node, 16, "IS JSON"],
    ["JsonObjectConstructor" in node || "JsonArrayConstructor" in node || "JsonArrayQueryConstructor" in node, 16, "SQL/JSON constructors"],
    ["JsonObjectAgg" in node || "JsonArrayAgg" in node, 16, "JSON_OBJECTAGG and JSON_ARRAYAGG"],
    ["JsonTable" in node, 17, "JSON_TABLE"],
    ["JsonFuncExpr" in node, 17, "JSON_VALUE, JSON_QUERY and JSON_EXISTS"],
  );
}

function hasOption(options: readonly Node[] | undefined, name: string): boolean {
  return (options ?? []).some((each) => "DefElem" in each && each.DefElem.defname === name);
}
