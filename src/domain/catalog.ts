import type { RelationName } from "./postgres.ts";

/**
 * The schema half of a snapshot: enough to rebuild the schema in an empty
 * database and to answer what a rule may ask. Definitions are the server's own
 * text (`pg_get_indexdef`, `pg_get_constraintdef`, …), never re-made by us.
 */
export interface Catalog {
  readonly extensions: readonly Extension[];
  /** `pg_available_extensions`; null when it could not be read. */
  readonly availableExtensions: readonly string[] | null;
  readonly enums: readonly EnumType[];
  readonly domains: readonly DomainType[];
  readonly composites: readonly CompositeType[];
  readonly ranges: readonly RangeType[];
  readonly collations: readonly UserCollation[];
  readonly functions: readonly FunctionDefinition[];
  readonly sequences: readonly RelationName[];
  /** Tables, partitioned tables, materialised views, views and foreign tables; in creation order. */
  readonly relations: readonly Relation[];
  readonly statisticsObjects: readonly StatisticsObject[];
}

export interface Extension {
  readonly name: string;
  readonly version: string;
  readonly schema: string;
}
export interface EnumType extends RelationName {
  readonly labels: readonly string[];
}
export interface DomainType extends RelationName {
  readonly baseType: string;
  readonly notNull: boolean;
  readonly default: string | null;
  /** `CONSTRAINT name CHECK (…)`, in order. */
  readonly checks: readonly string[];
}
export interface CompositeType extends RelationName {
  readonly attributes: readonly { readonly name: string; readonly type: string }[];
}
export interface RangeType extends RelationName {
  readonly subtype: string;
  /** Name of the multirange type, null before PostgreSQL 14. */
  readonly multirange: string | null;
}
export interface UserCollation extends RelationName {
  readonly provider: "libc" | "icu" | "builtin";
  readonly locale: string;
  readonly deterministic: boolean;
}
export interface FunctionDefinition extends RelationName {
  /** `pg_get_function_identity_arguments`. */
  readonly arguments: string;
  /** `pg_get_functiondef`. */
  readonly definition: string;
  readonly language: string;
  readonly volatility: "immutable" | "stable" | "volatile";
}

export type RelationKind = "table" | "partitioned-table" | "materialized-view" | "view" | "foreign-table";

export interface Relation extends RelationName {
  readonly kind: RelationKind;
  /** `pg_class.reltuples`; null = never vacuumed or analysed. For a partitioned table: the parent's own figure. */
  readonly rows: number | null;
  /** `pg_class.relpages` as of the last VACUUM or ANALYZE, in blocks. */
  readonly pages: number;
  /** Current length of the main fork in blocks: what the planner uses. */
  readonly currentPages: number;
  readonly allVisiblePages: number;
  /** Heap and its TOAST, without indexes. */
  readonly bytes: number;
  readonly columns: readonly Column[];
  readonly indexes: readonly Index[];
  readonly constraints: readonly Constraint[];
  /** Inheritance parents in order; the first is the partitioned parent when `partitionBound` is not null. */
  readonly parents: readonly RelationName[];
  /** `pg_get_partkeydef`, for a partitioned table. */
  readonly partitionKey: string | null;
  /** `FOR VALUES …`, for a partition. */
  readonly partitionBound: string | null;
  /** `pg_class.reloptions`, e.g. `fillfactor=80`. */
  readonly storageParameters: readonly string[];
  readonly rowSecurity: boolean;
  readonly unlogged: boolean;
  /** Table access method; null for a relation without one; absent in a snapshot from before it was read. */
  readonly accessMethod?: string | null;
  /** Triggers that users made, by name; absent as above. */
  readonly triggers?: readonly NamedDefinition[];
  /** Row security policies, by name, as CREATE POLICY for PUBLIC: their roles are left out; absent as above. */
  readonly policies?: readonly NamedDefinition[];
  /** `pg_get_viewdef`, for views and materialised views. */
  readonly viewDefinition: string | null;
  /** Null when the counters could not be read. */
  readonly activity: RelationActivity | null;
}

/** Something that belongs to a relation, and the server's text of it. */
export interface NamedDefinition {
  readonly name: string;
  readonly definition: string;
}

/** `pg_stat_all_tables` counters since the last reset. */
export interface RelationActivity {
  readonly sequentialScans: number;
  readonly sequentialRowsRead: number;
  readonly indexScans: number;
  readonly rowsInserted: number;
  readonly rowsUpdated: number;
  readonly rowsHotUpdated: number;
  readonly rowsDeleted: number;
  readonly liveRows: number;
  readonly deadRows: number;
  readonly rowsModifiedSinceAnalyze: number;
  /** ISO 8601, the later of manual and auto; null = never. */
  readonly lastVacuum: string | null;
  readonly lastAnalyze: string | null;
}

export interface Column {
  readonly name: string;
  /** `pg_attribute.attnum`, from 1. */
  readonly position: number;
  /** `format_type`, with modifiers: `character varying(40)`. */
  readonly type: string;
  /** The type under any domain, without modifiers, as `pg_type.typname`: `varchar`, `int4`, `_text`, `jsonb`. */
  readonly baseType: string;
  /** `pg_type.typcategory` of the base type: `S` string, `N` numeric, `D` date/time, `A` array, `R` range, … */
  readonly category: string;
  /** `typname` of an array's element, else null. */
  readonly elementType: string | null;
  /** `attlen`: bytes of a fixed-length type, −1 for varlena. */
  readonly storageLength: number;
  /** `attalign`: c, s, i or d. */
  readonly alignment: string;
  /** Explicit collation when it differs from the type's default, as `schema.name` quoted text. */
  readonly collation: string | null;
  readonly notNull: boolean;
  readonly default: string | null;
  readonly generated: "stored" | "virtual" | null;
  readonly identity: "always" | "by-default" | null;
  /** `attstattarget`; null = the default. */
  readonly statisticsTarget: number | null;
  /** `attoptions`, e.g. `n_distinct=…`. */
  readonly options: readonly string[];
  /** Null until ANALYZE, or when the role may not read them (then a gap says so). */
  readonly statistics: ColumnStatistics | null;
  /** Statistics over the inheritance tree (`stainherit`), for partitioned and inherited tables. */
  readonly inheritedStatistics: ColumnStatistics | null;
  /**
   * True ends of a column that leads a plain B-tree, as text: what the planner's
   * get_actual_variable_range() would read. Null when not read.
   */
  readonly ends: { readonly low: string; readonly high: string } | null;
}

/** One row of `pg_stats`. Value lists are PostgreSQL array text (`{a,b}`), null when absent or redacted. */
export interface ColumnStatistics {
  /** 0–1. */
  readonly nullFraction: number;
  readonly averageWidthBytes: number;
  /** `n_distinct` as stored: > 0 a count, < 0 minus the fraction of rows, 0 unknown. */
  readonly distinct: number;
  readonly mostCommonValues: string | null;
  readonly mostCommonFrequencies: readonly number[] | null;
  readonly histogramBounds: string | null;
  /** −1–1. */
  readonly correlation: number | null;
  readonly mostCommonElements: string | null;
  readonly mostCommonElementFrequencies: readonly number[] | null;
  readonly elementCountHistogram: readonly number[] | null;
  readonly rangeLengthHistogram: string | null;
  readonly rangeEmptyFraction: number | null;
  readonly rangeBoundsHistogram: string | null;
}

export interface Index extends RelationName {
  readonly accessMethod: string;
  readonly keys: readonly IndexKey[];
  readonly include: readonly string[];
  /** Deparsed predicate of a partial index. */
  readonly predicate: string | null;
  readonly unique: boolean;
  readonly nullsNotDistinct: boolean;
  readonly primary: boolean;
  readonly valid: boolean;
  readonly replicaIdentity: boolean;
  readonly clustered: boolean;
  /** The constraint this index backs: primary key, unique or exclusion. */
  readonly constraint: { readonly name: string; readonly kind: "primary-key" | "unique" | "exclusion"; readonly definition: string } | null;
  readonly storageParameters: readonly string[];
  /** `pg_get_indexdef`. */
  readonly definition: string;
  /** The partitioned index this one is attached to. */
  readonly parent: RelationName | null;
  /** True for the index of a partitioned table, which has no storage. */
  readonly partitioned: boolean;
  /** `reltuples`. */
  readonly rows: number | null;
  readonly pages: number;
  readonly currentPages: number;
  readonly bytes: number;
  /** `idx_scan` since reset, null when unreadable. */
  readonly scans: number | null;
  /** ISO 8601; null before PostgreSQL 16 or never. */
  readonly lastScan: string | null;
}

export interface IndexKey {
  /** Column name, or null for an expression. */
  readonly column: string | null;
  /** Deparsed text of the key: the quoted column, or the expression. */
  readonly sql: string;
  /** Operator class name without schema, always filled: `int4_ops`, `text_pattern_ops`, `jsonb_path_ops`. */
  readonly operatorClass: string;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
  /** Statistics that ANALYZE made for an expression key. */
  readonly statistics: ColumnStatistics | null;
  /** As for columns; of the key as the index stores it. */
  readonly storageLength: number;
  readonly alignment: string;
}

export interface Constraint {
  readonly name: string;
  readonly kind: "check" | "foreign-key" | "primary-key" | "unique" | "exclusion" | "not-null";
  /** `pg_get_constraintdef`. */
  readonly definition: string;
  readonly columns: readonly string[];
  readonly validated: boolean;
  /** False when inherited from a parent (then made with the parent's). */
  readonly local: boolean;
  /** For a foreign key. */
  readonly references: {
    readonly relation: RelationName;
    readonly columns: readonly string[];
    readonly onDelete: string;
    readonly onUpdate: string;
  } | null;
}

export interface StatisticsObject extends RelationName {
  readonly relation: RelationName;
  /** `pg_get_statisticsobjdef`. */
  readonly definition: string;
  /** Raw `pg_statistic_ext_data`, hex; empty when it could not be read. */
  readonly collected: readonly StatisticsObjectData[];
}
export interface StatisticsObjectData {
  readonly inherited: boolean;
  readonly ndistinctHex: string | null;
  readonly dependenciesHex: string | null;
  readonly mcvHex: string | null;
  /** Type names of OIDs ≥ 16384 that occur in the MCV blob. */
  readonly mcvTypeNames: Readonly<Record<string, string>>;
  /** `pg_enum.oid` → label, for the enum types among them: the blob holds these OIDs as values. */
  readonly mcvEnumLabels: Readonly<Record<string, string>>;
  /** One per expression, in order: `pg_statistic` slots as the server stores them. */
  readonly expressions: readonly RawStatisticsRow[];
}
export interface RawStatisticsRow {
  readonly nullFraction: number;
  readonly widthBytes: number;
  readonly distinct: number;
  readonly slots: readonly {
    readonly kind: number;
    readonly operator: string;
    readonly collation: string;
    readonly numbers: string | null;
    readonly values: string | null;
  }[];
}
