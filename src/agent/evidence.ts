import type { Candidate } from "../domain/candidate.ts";
import type { Column, ColumnStatistics, Relation } from "../domain/catalog.ts";
import { readableIdent, readableQualified } from "../domain/identifier.ts";
import { createIndexSql } from "../domain/index-sql.ts";
import type { Plan, PlanNode } from "../domain/plan.ts";
import { sameRelation } from "../domain/postgres.ts";
import { cost, grouped, percent, plural } from "../domain/units.ts";
import type { QueryFamily } from "../domain/workload.ts";
import { redactPlan, withoutLiterals } from "../explain/redact.ts";
import type { CatalogView } from "../rule/catalog-view.ts";

/** What was proposed for a statement before, and what became of it. */
export interface Tried {
  readonly candidate: Candidate;
  readonly outcome: string;
}

export interface EvidenceInput {
  readonly family: QueryFamily;
  readonly plan: Plan;
  readonly catalog: CatalogView;
  readonly tried: readonly Tried[];
  /** What helped statements of the same access path, in words; empty where nobody looked. */
  readonly near: readonly string[];
  readonly withValues: boolean;
}

/** Bounds of each part, so that the whole stays under about 3,000 tokens: small models read 4,096. */
const bounds = { statement: 4_000, planNodes: 24, tables: 6, columns: 24, indexes: 12, tried: 10, near: 3 };

/**
 * What a model is told of a statement: normalised text, plan, facts of the tables, what was tried. No literal of the database is in it
 * unless values were asked for: statistics are told as counts, conditions and definitions with `…` in place of constants.
 */
export function evidenceOf({ family, plan, catalog, tried, near, withValues }: EvidenceInput): Readonly<Record<string, unknown>> {
  const plain = withValues ? (sql: string) => sql : withoutLiterals;
  const sql = withValues ? family.sql : family.normalizedSql;
  const relations = relationsOf(family, catalog);
  return {
    statement: sql.length > bounds.statement ? `${sql.slice(0, bounds.statement)} …` : sql,
    calls: family.load.calls,
    share_of_time: percent(family.load.share),
    plan: planLines(withValues ? plan : redactPlan(plan)).slice(0, bounds.planNodes),
    tables: relations.slice(0, bounds.tables).map((relation) => tableFacts(relation, family, catalog, plain)),
    tried: tried.slice(0, bounds.tried).map(({ candidate, outcome }) => `${plain(ddlOf(candidate))}: ${outcome}`),
    ...(near.length > 0 ? { helped_elsewhere: near.slice(0, bounds.near) } : {}),
  };
}

/** Base relations that the statement reads, each once, in the order it reads them. */
export function relationsOf(family: QueryFamily, catalog: CatalogView): readonly Relation[] {
  const found: Relation[] = [];
  for (const { relation } of family.scans) {
    const known = catalog.find(relation);
    if (known && !found.some((each) => sameRelation(each, known))) found.push(known);
  }
  return found;
}

function planLines(plan: Plan): string[] {
  const lines: string[] = [];
  const visit = (node: PlanNode, depth: number) => {
    const on = node.relation === null ? "" : ` on ${readableQualified(node.relation)}`;
    const using = node.index === null ? "" : ` using ${readableIdent(node.index)}`;
    const conditions = [
      ...(node.indexCondition === null ? [] : [` index condition ${node.indexCondition}`]),
      ...(node.filter === null ? [] : [` filter ${node.filter}`]),
    ].join(";");
    lines.push(
      `${"  ".repeat(depth)}${node.type}${on}${using} cost ${cost(node.totalCost)} rows ${grouped(node.planRows)}${conditions}`.slice(
        0,
        400,
      ),
    );
    for (const child of node.children) visit(child, depth + 1);
  };
  visit(plan.root, 0);
  return lines;
}

function tableFacts(relation: Relation, family: QueryFamily, catalog: CatalogView, plain: (sql: string) => string) {
  const used = new Set(
    family.scans
      .filter((scan) => sameRelation(scan.relation, relation))
      .flatMap((scan) => [
        ...scan.predicates.flatMap(({ on }) => on.columns),
        ...scan.disjunctions.flat(2).flatMap(({ on }) => on.columns),
        ...scan.sort.flatMap(({ on }) => on.columns),
        ...scan.grouping.flatMap(({ columns }) => columns),
        ...(scan.columnsRead ?? []),
      ]),
  );
  const columns = [...relation.columns.filter(({ name }) => used.has(name)), ...relation.columns.filter(({ name }) => !used.has(name))];
  const rows = catalog.rows(relation);
  return {
    table: readableQualified(relation),
    rows: rows === null ? "unknown" : Math.round(rows),
    pages: catalog.pages(relation),
    columns: columns.slice(0, bounds.columns).map((column) => columnFacts(column, catalog.statistics(relation, column.name))),
    indexes: relation.indexes.slice(0, bounds.indexes).map(({ definition }) => plain(definition).slice(0, 300)),
  };
}

function columnFacts(column: Column, statistics: ColumnStatistics | null): string {
  const words = [`${readableIdent(column.name)} ${column.type}`];
  if (statistics === null) return words.join(", ");
  const { distinct, nullFraction, correlation } = statistics;
  if (distinct > 0) words.push(plural(distinct, "distinct value"));
  if (distinct < 0) words.push(distinct === -1 ? "unique" : `distinct in ${percent(-distinct)} of rows`);
  if (nullFraction > 0) words.push(`${percent(nullFraction)} null`);
  if (correlation !== null && Math.abs(correlation) > 0.9) words.push("in the table's order");
  return words.join(", ");
}

function ddlOf({ change }: Candidate): string {
  if (change.kind === "create-index") return createIndexSql(change.index).slice(0, 300);
  return change.kind === "rewrite" ? change.sql.slice(0, 300) : "";
}
