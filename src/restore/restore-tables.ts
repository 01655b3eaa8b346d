import type { Catalog, Column, Relation } from "../domain/catalog.ts";
import { ident, qualified } from "../domain/identifier.ts";
import { relationKey } from "../domain/postgres.ts";
import type { Step } from "./apply-steps.ts";
import { castsWithoutModifiers, type StandIns, withoutModifiers } from "./stand-ins.ts";

/** Relations that hold rows in the shadow: a foreign table is planned as a local one. */
export function isTable(relation: Relation): boolean {
  return relation.kind === "table" || relation.kind === "partitioned-table" || relation.kind === "foreign-table";
}

/** Tables with columns only: no constraint but NOT NULL, not yet attached to a parent. */
export function tableSteps(catalog: Catalog, standIns: StandIns): Step[] {
  return catalog.relations.filter(isTable).map((relation) => ({
    what: `table ${qualified(relation)}`,
    relation,
    makesRelation: true,
    poorer: "made without its defaults and generated columns, which the embedded PostgreSQL refuses",
    sql: createTable(
      relation,
      relation.columns.map((column) => columnSql(column, relation, standIns)),
      relation.storageParameters,
    ),
    otherwise: [
      createTable(
        relation,
        relation.columns.map((column) => plainColumnSql(column, standIns)),
        [],
      ),
    ],
  }));
}

function createTable(relation: Relation, columns: readonly string[], storageParameters: readonly string[]): string {
  const partitionBy = relation.partitionKey === null ? "" : ` partition by ${relation.partitionKey}`;
  // With autovacuum off PostgreSQL 18 leaves reltuples alone when an index is made.
  const storage = [...storageParameters.filter((each) => !/^(autovacuum_enabled|toast\.)/.test(each)), "autovacuum_enabled=off"];
  const withStorage = relation.kind === "partitioned-table" ? "" : ` with (${storage.join(", ")})`;
  return `create table ${qualified(relation)} (${columns.join(", ")})${partitionBy}${withStorage}`;
}

function columnSql(column: Column, relation: Relation, standIns: StandIns): string {
  const collation = column.collation === null ? "" : ` collate ${column.collation}`;
  return `${ident(column.name)} ${withoutModifiers(column.type, standIns)}${collation}${valueSql(column, relation)}${column.notNull ? " not null" : ""}`;
}

function valueSql(column: Column, relation: Relation): string {
  if (column.generated !== null) return ` generated always as (${column.default}) ${column.generated}`;
  // A partition takes the identity of its parent and may not be attached with its own.
  if (column.identity !== null)
    return relation.partitionBound === null ? ` generated ${column.identity === "always" ? "always" : "by default"} as identity` : "";
  return column.default === null ? "" : ` default ${column.default}`;
}

/** Without what may need a function, a sequence or a collation that is not there; none of it changes a plan but a virtual column. */
function plainColumnSql(column: Column, standIns: StandIns): string {
  return `${ident(column.name)} ${withoutModifiers(column.type, standIns)}${column.notNull ? " not null" : ""}`;
}

/** CHECKs, which constraint exclusion reads; before the table is attached, whose parent's CHECKs it must have. */
export function checkSteps(catalog: Catalog): Step[] {
  return catalog.relations.filter(isTable).flatMap((relation) =>
    relation.constraints
      .filter((constraint) => constraint.kind === "check")
      .map((constraint) => ({
        what: `check ${ident(constraint.name)} of ${qualified(relation)}`,
        relation,
        sql: `alter table only ${qualified(relation)} add constraint ${ident(constraint.name)} ${constraint.definition}`,
      })),
  );
}

/** Partitions and inheriting tables below their parents, in the parents' order. */
export function parentSteps(catalog: Catalog): Step[] {
  return catalog.relations.filter(isTable).flatMap((relation) =>
    relation.parents.map((parent) => ({
      what: `place of ${qualified(relation)} below ${qualified(parent)}`,
      relation,
      sql:
        relation.partitionBound === null
          ? `alter table ${qualified(relation)} inherit ${qualified(parent)}`
          : `alter table ${qualified(parent)} attach partition ${qualified(relation)} ${relation.partitionBound}`,
    })),
  );
}

/**
 * NOT VALID: nothing is looked up, and the planner trusts the key all the same. Those of partitions come with the
 * parent's; those to a table that was not collected would say nothing to the planner.
 */
export function foreignKeySteps(catalog: Catalog): Step[] {
  const collected = new Set(catalog.relations.map(relationKey));
  return catalog.relations.filter(isTable).flatMap((relation) =>
    relation.constraints
      .filter(
        ({ kind, local, references }) => kind === "foreign-key" && local && collected.has(relationKey(references?.relation ?? relation)),
      )
      .map((constraint) => {
        const head = `alter table ${qualified(relation)} add constraint ${ident(constraint.name)} ${constraint.definition}`;
        const sql = /\bNOT (VALID|ENFORCED)\b/i.test(constraint.definition) ? head : `${head} not valid`;
        return { what: `foreign key ${ident(constraint.name)} of ${qualified(relation)}`, relation, sql, otherwise: [head] };
      }),
  );
}

/** Views and materialised views, the latter without rows: their statistics are restored like a table's. */
export function viewSteps(catalog: Catalog, standIns: StandIns): Step[] {
  return catalog.relations.flatMap((relation) => {
    if (relation.viewDefinition === null || (relation.kind !== "view" && relation.kind !== "materialized-view")) return [];
    const query = castsWithoutModifiers(relation.viewDefinition.trim().replace(/;$/, ""), standIns);
    const storage = relation.storageParameters.filter((each) => relation.kind === "view" || !/^(autovacuum_enabled|toast\.)/.test(each));
    if (relation.kind === "materialized-view") storage.push("autovacuum_enabled=off");
    const options = storage.length === 0 ? "" : ` with (${storage.join(", ")})`;
    const kind = relation.kind === "view" ? "view" : "materialized view";
    const columns = relation.columns.length === 0 ? "" : ` (${relation.columns.map((column) => ident(column.name)).join(", ")})`;
    return [
      {
        what: `${kind} ${qualified(relation)}`,
        relation,
        makesRelation: true,
        sql: `create ${kind} ${qualified(relation)}${columns}${options} as ${query}${relation.kind === "view" ? "" : " with no data"}`,
      },
    ];
  });
}
