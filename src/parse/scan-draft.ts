import type { Predicate, Scan, ScanExpression, SortKey } from "../domain/workload.ts";
import type { TableSource } from "../names/query-tree.ts";

/** A scan while its facts are gathered. */
export interface ScanDraft {
  readonly predicates: Map<string, Predicate>;
  readonly disjunctions: Map<string, readonly (readonly Predicate[])[]>;
  readonly columns: Set<string>;
  wholeRow: boolean;
  sort: readonly SortKey[];
  grouping: readonly ScanExpression[];
  limit: Scan["limit"];
  extremes: readonly ScanExpression[];
}

/** Base tables that the statement really reads → what is known of each. */
export type ScanDrafts = Map<TableSource, ScanDraft>;

export function draftOf(drafts: ScanDrafts, table: TableSource): ScanDraft {
  const known = drafts.get(table);
  if (known) return known;
  const draft: ScanDraft = {
    predicates: new Map(),
    disjunctions: new Map(),
    columns: new Set(),
    wholeRow: table.rowNeeded,
    sort: [],
    grouping: [],
    limit: null,
    extremes: [],
  };
  drafts.set(table, draft);
  return draft;
}

export function addPredicate(draft: ScanDraft, predicate: Predicate): void {
  const { on, operator, compared } = predicate;
  const key = `${on.sql} ${on.collation ?? ""} ${operator} ${compared.kind} ${comparedText(predicate)}`;
  if (!draft.predicates.has(key)) draft.predicates.set(key, predicate);
}

export function addDisjunction(draft: ScanDraft, arms: readonly (readonly Predicate[])[]): void {
  const key = arms.map((arm) => arm.map((each) => each.sql).join(" AND ")).join(" OR ");
  if (!draft.disjunctions.has(key)) draft.disjunctions.set(key, arms);
}

function comparedText({ compared }: Predicate): string {
  if (compared.kind === "none") return "";
  return compared.kind === "column" ? `${compared.alias}.${compared.column}` : compared.sql;
}

/** Scans in the order their tables appear in the statement. */
export function finishedScans(drafts: ScanDrafts): Scan[] {
  return [...drafts]
    .sort(([a], [b]) => a.id - b.id)
    .map(([table, draft]) => ({
      relation: { schema: table.relation.schema, name: table.relation.name },
      alias: table.alias,
      role: table.role,
      predicates: [...draft.predicates.values()],
      disjunctions: [...draft.disjunctions.values()],
      sort: draft.sort,
      grouping: draft.grouping,
      columnsRead: draft.wholeRow ? null : inRelationOrder(table, draft.columns),
      limit: draft.limit,
      extremes: draft.extremes,
    }));
}

function inRelationOrder(table: TableSource, columns: ReadonlySet<string>): string[] {
  return table.relation.columns.flatMap((column) => (columns.has(column.name) ? [column.name] : []));
}
