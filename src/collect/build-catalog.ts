import type { Column, ColumnStatistics, Constraint, Index, IndexKey, Relation } from "../domain/catalog.ts";
import { groupBy } from "../domain/group-by.ts";
import type { ColumnRow } from "./read-columns.ts";
import type { ConstraintRow } from "./read-constraints.ts";
import { type Ends, endsKey } from "./read-ends.ts";
import type { IndexColumnRow, IndexRow } from "./read-indexes.ts";
import type { RelationRow } from "./read-relations.ts";
import type { Size } from "./read-sizes.ts";
import type { Statistics } from "./read-statistics.ts";

/** All rows of one reading that make relations. */
export interface RelationParts {
  readonly relations: readonly RelationRow[];
  readonly columns: readonly ColumnRow[];
  readonly constraints: readonly ConstraintRow[];
  readonly indexes: readonly IndexRow[];
  readonly indexColumns: readonly IndexColumnRow[];
  readonly viewDefinitions: ReadonlyMap<string, string>;
  readonly sizes: ReadonlyMap<string, Size>;
  readonly statistics: Statistics;
  readonly ends: ReadonlyMap<string, Ends>;
  readonly versionNumber: number;
  readonly blockBytes: number;
  /** False when the server counts nothing (track_counts is off), so that a zero would lie. */
  readonly counted: boolean;
}

export function buildRelations(parts: RelationParts): Relation[] {
  const columns = groupBy(parts.columns, (row) => row.relation);
  const constraints = groupBy(parts.constraints, (row) => row.relation);
  const indexes = groupBy(parts.indexes, (row) => row.relation);
  const indexColumns = groupBy(parts.indexColumns, (row) => row.index);
  const backing = new Map(parts.constraints.flatMap((row) => (row.index === null ? [] : [[row.index, row] as const])));
  return parts.relations.map((row) => {
    const size = parts.sizes.get(row.oid);
    return {
      schema: row.schema,
      name: row.name,
      kind: row.kind,
      rows: rowsOf(row, parts.versionNumber),
      pages: row.relpages,
      currentPages: size ? Math.floor(size.mainBytes / parts.blockBytes) : row.relpages,
      allVisiblePages: row.relallvisible,
      bytes: size?.bytes ?? row.relpages * parts.blockBytes,
      columns: (columns.get(row.oid) ?? []).map((column) => buildColumn(row, column, parts)),
      indexes: (indexes.get(row.oid) ?? []).map((index) =>
        buildIndex(index, indexColumns.get(index.oid) ?? [], backing.get(index.oid), parts),
      ),
      constraints: (constraints.get(row.oid) ?? []).map(buildConstraint),
      parents: row.parents ?? [],
      partitionKey: row.partition_key,
      partitionBound: row.partition_bound,
      storageParameters: row.options ?? [],
      rowSecurity: row.row_security,
      unlogged: row.unlogged,
      accessMethod: row.access_method,
      triggers: row.triggers ?? [],
      policies: row.policies ?? [],
      viewDefinition: parts.viewDefinitions.get(row.oid) ?? null,
      activity: parts.counted ? row.activity : null,
    };
  });
}

/**
 * −1 means never vacuumed or analysed; before PostgreSQL 14 that was 0 rows in 0 pages, which an empty table
 * shares. https://www.postgresql.org/docs/14/release-14.html
 */
function rowsOf(row: { readonly reltuples: number; readonly relpages: number }, versionNumber: number): number | null {
  if (row.reltuples < 0) return null;
  if (versionNumber < 140000 && row.reltuples === 0 && row.relpages === 0) return null;
  return row.reltuples;
}

function buildColumn(relation: RelationRow, row: ColumnRow, parts: RelationParts): Column {
  return {
    name: row.name,
    position: row.position,
    type: row.type,
    baseType: row.base_type,
    category: row.category,
    elementType: row.element_type,
    storageLength: row.storage_length,
    alignment: row.alignment,
    collation: row.collation,
    notNull: row.not_null,
    default: row.default_sql,
    generated: row.generated === "s" ? "stored" : row.generated === "v" ? "virtual" : null,
    identity: row.identity === "a" ? "always" : row.identity === "d" ? "by-default" : null,
    statisticsTarget: row.statistics_target,
    options: row.options ?? [],
    statistics: parts.statistics.find(relation, row, false),
    inheritedStatistics: parts.statistics.find(relation, row, true),
    ends: parts.ends.get(endsKey(row.relation, row.position)) ?? null,
  };
}

function buildConstraint(row: ConstraintRow): Constraint {
  return {
    name: row.name,
    kind: row.kind,
    definition: row.definition,
    columns: row.columns ?? [],
    validated: row.validated,
    local: row.local,
    references:
      row.target === null
        ? null
        : {
            relation: row.target,
            columns: row.target_columns ?? [],
            onDelete: row.on_delete ?? "NO ACTION",
            onUpdate: row.on_update ?? "NO ACTION",
          },
  };
}

function buildIndex(row: IndexRow, columns: readonly IndexColumnRow[], constraint: ConstraintRow | undefined, parts: RelationParts): Index {
  const size = parts.sizes.get(row.oid);
  const kind = constraint?.kind;
  return {
    schema: row.schema,
    name: row.name,
    accessMethod: row.access_method,
    keys: columns.filter((column) => column.is_key).map((column) => buildKey(column, parts.statistics.find(row, column, false))),
    include: columns.flatMap((column) => (column.is_key || column.column === null ? [] : [column.column])),
    predicate: columns[0]?.predicate ?? null,
    unique: row.is_unique,
    nullsNotDistinct: row.nulls_not_distinct,
    primary: row.is_primary,
    valid: row.valid,
    replicaIdentity: row.replica_identity,
    clustered: row.clustered,
    constraint:
      constraint && (kind === "primary-key" || kind === "unique" || kind === "exclusion")
        ? { name: constraint.name, kind, definition: constraint.definition }
        : null,
    storageParameters: row.options ?? [],
    definition: row.definition,
    parent: row.parent,
    partitioned: row.partitioned,
    rows: rowsOf(row, parts.versionNumber),
    pages: row.relpages,
    currentPages: size ? Math.floor(size.mainBytes / parts.blockBytes) : row.relpages,
    bytes: size?.mainBytes ?? row.relpages * parts.blockBytes,
    scans: parts.counted ? row.scans : null,
    lastScan: row.last_scan,
  };
}

function buildKey(row: IndexColumnRow, statistics: ColumnStatistics | null): IndexKey {
  return {
    column: row.column,
    sql: row.sql,
    operatorClass: row.operator_class ?? "",
    descending: ((row.option ?? 0) & 1) !== 0,
    nullsFirst: ((row.option ?? 0) & 2) !== 0,
    // Only an expression has statistics of its own; a column's are the table's.
    statistics: row.column === null ? statistics : null,
    storageLength: row.storage_length,
    alignment: row.alignment,
  };
}
