import type { LockMode, RelationName } from "./postgres.ts";

/** A type as PostgreSQL stores it: `varchar`, `int4`, `numeric`, with the modifiers as written. */
export interface TypeReference {
  /** `pg_type.typname` where the grammar knows it, else the name as written, without its schema. */
  readonly name: string;
  readonly schema: string | null;
  readonly modifiers: readonly number[];
  readonly array: boolean;
  /** As a person writes it: `character varying(20)`. */
  readonly sql: string;
}

export interface DefaultExpression {
  readonly sql: string;
  /** Null when a function in it is unknown. */
  readonly volatility: "immutable" | "stable" | "volatile" | null;
  /** The first function in it that is not known to be immutable or stable. */
  readonly culprit: string | null;
  readonly isNull: boolean;
}

export interface ColumnDefinition {
  readonly name: string;
  readonly type: TypeReference;
  readonly serial: boolean;
  readonly identity: boolean;
  readonly generated: "stored" | "virtual" | null;
  readonly notNull: boolean;
  readonly default: DefaultExpression | null;
  readonly collation: string | null;
  /** CHECK, UNIQUE, PRIMARY KEY and REFERENCES written with the column. */
  readonly constraints: readonly ConstraintDefinition[];
}

export interface ConstraintDefinition {
  readonly kind: "check" | "foreign-key" | "primary-key" | "unique" | "exclusion" | "not-null";
  /** Null when PostgreSQL picks it. */
  readonly name: string | null;
  readonly columns: readonly string[];
  readonly notValid: boolean;
  /** Of a CHECK: its expression, and the columns it proves not to be null. */
  readonly expression: string | null;
  readonly provesNotNull: readonly string[];
  readonly references: { readonly relation: RelationName; readonly columns: readonly string[]; readonly onDelete: string } | null;
  /** Of `USING INDEX`. */
  readonly usingIndex: string | null;
  readonly enforced: boolean;
}

export interface IndexElement {
  /** Null for an expression. */
  readonly column: string | null;
  readonly sql: string;
  readonly operatorClass: string | null;
  readonly collation: string | null;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export type DroppableKind =
  | "table"
  | "index"
  | "view"
  | "materialized-view"
  | "sequence"
  | "schema"
  | "type"
  | "domain"
  | "trigger"
  | "policy"
  | "function"
  | "extension"
  | "other";

/** One effect of one statement, described without the parser's tree. An ALTER TABLE gives one per subcommand, in order. */
export type SchemaChange =
  | {
      readonly kind: "create-table";
      readonly relation: RelationName;
      /** The statement names the schema. */
      readonly qualified: boolean;
      readonly columns: readonly ColumnDefinition[];
      readonly constraints: readonly ConstraintDefinition[];
      readonly partitionOf: RelationName | null;
      readonly isDefaultPartition: boolean;
      readonly inherits: readonly RelationName[];
      readonly like: readonly RelationName[];
      readonly partitioned: boolean;
      readonly temporary: boolean;
      readonly unlogged: boolean;
      readonly ifNotExists: boolean;
    }
  | {
      readonly kind: "create-table-as";
      readonly relation: RelationName;
      readonly materializedView: boolean;
      readonly withRows: boolean;
      readonly reads: readonly RelationName[];
      readonly temporary: boolean;
      readonly ifNotExists: boolean;
    }
  | { readonly kind: "create-view"; readonly relation: RelationName; readonly reads: readonly RelationName[] }
  | {
      readonly kind: "create-index";
      readonly relation: RelationName;
      /** Null when PostgreSQL picks it. */
      readonly name: string | null;
      /** What it picks, where that is free. */
      readonly pickedName: string;
      readonly accessMethod: string;
      readonly keys: readonly IndexElement[];
      readonly include: readonly string[];
      readonly predicate: string | null;
      readonly unique: boolean;
      readonly concurrently: boolean;
      readonly ifNotExists: boolean;
      readonly only: boolean;
    }
  | {
      readonly kind: "drop";
      readonly what: DroppableKind;
      readonly names: readonly RelationName[];
      /** Of a trigger or policy: the table it is on. */
      readonly relation: RelationName | null;
      readonly concurrently: boolean;
      readonly cascade: boolean;
      readonly ifExists: boolean;
    }
  | { readonly kind: "drop-database"; readonly name: string }
  | { readonly kind: "add-column"; readonly relation: RelationName; readonly column: ColumnDefinition; readonly ifNotExists: boolean }
  | {
      readonly kind: "drop-column";
      readonly relation: RelationName;
      readonly column: string;
      readonly cascade: boolean;
      readonly ifExists: boolean;
    }
  | {
      readonly kind: "alter-column-type";
      readonly relation: RelationName;
      readonly column: string;
      readonly type: TypeReference;
      readonly collation: string | null;
      /** `plain-cast`: no more than `column` or `column::type`, which PostgreSQL drops as it drops no USING. */
      readonly using: "none" | "plain-cast" | "expression";
    }
  | { readonly kind: "set-not-null" | "drop-not-null"; readonly relation: RelationName; readonly column: string }
  | {
      readonly kind: "set-column-default";
      readonly relation: RelationName;
      readonly column: string;
      readonly default: DefaultExpression | null;
    }
  | { readonly kind: "set-expression"; readonly relation: RelationName; readonly column: string }
  | { readonly kind: "add-identity"; readonly relation: RelationName; readonly column: string }
  | { readonly kind: "add-constraint"; readonly relation: RelationName; readonly only: boolean; readonly constraint: ConstraintDefinition }
  | { readonly kind: "validate-constraint"; readonly relation: RelationName; readonly name: string }
  | { readonly kind: "drop-constraint"; readonly relation: RelationName; readonly name: string; readonly cascade: boolean }
  | {
      readonly kind: "attach-partition";
      readonly relation: RelationName;
      readonly partition: RelationName;
      readonly isDefault: boolean;
      /** Ends of a single-column range, or the list, as SQL literals; null when it is something else. */
      readonly bound: PartitionBound | null;
    }
  | { readonly kind: "attach-index"; readonly index: RelationName; readonly partition: RelationName }
  | {
      readonly kind: "detach-partition";
      readonly relation: RelationName;
      readonly partition: RelationName;
      readonly concurrently: boolean;
    }
  | { readonly kind: "set-logged" | "set-unlogged" | "enable-rls" | "disable-rls"; readonly relation: RelationName }
  | { readonly kind: "set-tablespace" | "set-access-method"; readonly relation: RelationName; readonly to: string }
  | { readonly kind: "set-storage-parameters"; readonly relation: RelationName; readonly parameters: readonly string[] }
  | { readonly kind: "replica-identity"; readonly relation: RelationName; readonly to: "default" | "full" | "nothing" | "index" }
  | { readonly kind: "toggle-trigger"; readonly relation: RelationName; readonly trigger: string | null; readonly enable: boolean }
  | { readonly kind: "inherit"; readonly relation: RelationName; readonly parent: RelationName }
  /** A subcommand of ALTER TABLE that only changes the catalog, or another statement that locks a table to do so. */
  | { readonly kind: "alter-table"; readonly relation: RelationName; readonly subcommand: string }
  | { readonly kind: "rename-table"; readonly relation: RelationName; readonly view: boolean; readonly to: string }
  | { readonly kind: "rename-column"; readonly relation: RelationName; readonly column: string; readonly to: string }
  | { readonly kind: "rename-constraint"; readonly relation: RelationName; readonly name: string; readonly to: string }
  | { readonly kind: "rename-index"; readonly index: RelationName; readonly to: string }
  | { readonly kind: "rename-schema"; readonly name: string; readonly to: string }
  | { readonly kind: "set-schema"; readonly relation: RelationName; readonly to: string }
  | { readonly kind: "create-enum"; readonly type: RelationName; readonly labels: readonly string[] }
  | {
      readonly kind: "add-enum-value";
      readonly type: RelationName;
      readonly value: string;
      readonly placed: boolean;
    }
  | { readonly kind: "rename-enum-value"; readonly type: RelationName; readonly from: string; readonly to: string }
  | { readonly kind: "create-domain"; readonly type: RelationName; readonly base: TypeReference; readonly constrained: boolean }
  | {
      readonly kind: "alter-domain";
      readonly type: RelationName;
      readonly action: "add-constraint" | "set-not-null" | "validate" | "other";
      readonly notValid: boolean;
      readonly constraint: string | null;
    }
  | { readonly kind: "truncate"; readonly relations: readonly RelationName[]; readonly cascade: boolean }
  | {
      readonly kind: "update" | "delete";
      readonly relation: RelationName;
      /** No WHERE, or one that is always true. */
      readonly allRows: boolean;
      readonly where: string | null;
      /** String constants in the statement, as SQL literals. */
      readonly literals: readonly string[];
    }
  | {
      readonly kind: "insert";
      readonly relation: RelationName;
      readonly fromQuery: boolean;
      readonly reads: readonly RelationName[];
      readonly literals: readonly string[];
    }
  | {
      readonly kind: "query";
      readonly reads: readonly RelationName[];
      /** Written by a data-modifying WITH. */
      readonly writes: readonly RelationName[];
      /** Of FOR UPDATE, FOR SHARE and their kind. */
      readonly locksRowsOf: readonly RelationName[];
      readonly literals: readonly string[];
    }
  | {
      readonly kind: "reindex";
      readonly what: "index" | "table" | "schema" | "database" | "system";
      readonly name: RelationName | null;
      readonly concurrently: boolean;
    }
  | { readonly kind: "vacuum-full"; readonly relations: readonly RelationName[] }
  | { readonly kind: "cluster"; readonly relation: RelationName | null; readonly index: string | null }
  | { readonly kind: "analyze"; readonly relations: readonly RelationName[] }
  | { readonly kind: "refresh"; readonly relation: RelationName; readonly concurrently: boolean; readonly withRows: boolean }
  | {
      readonly kind: "create-trigger";
      readonly relation: RelationName;
      readonly name: string;
      readonly orReplace: boolean;
      /** Of a constraint trigger. */
      readonly from: RelationName | null;
    }
  | { readonly kind: "create-policy"; readonly relation: RelationName; readonly name: string }
  | { readonly kind: "alter-policy"; readonly relation: RelationName }
  | { readonly kind: "lock-table"; readonly relations: readonly RelationName[]; readonly mode: LockMode }
  | { readonly kind: "transaction"; readonly action: "begin" | "commit" | "rollback" | "savepoint" | "other" }
  | { readonly kind: "set"; readonly name: string; readonly value: string | null; readonly local: boolean }
  | { readonly kind: "do"; readonly language: string; readonly body: string }
  | {
      readonly kind: "create-function";
      readonly function: RelationName;
      readonly volatility: "immutable" | "stable" | "volatile";
    }
  | { readonly kind: "other"; readonly statement: string };

export interface PartitionBound {
  readonly kind: "list" | "range";
  /** Of a list: its values; of a range: low and high (MINVALUE and MAXVALUE as null), for the first key alone. */
  readonly values: readonly (string | null)[];
  /** True when the key has one column, so that `values` says all. */
  readonly complete: boolean;
}

/** A form of SQL, or a built-in function, that PostgreSQL before major `from` does not have. */
export interface VersionedForm {
  readonly from: number;
  /** As a person names it: `NULLS NOT DISTINCT`, `uuidv7()`. */
  readonly form: string;
}

/** A lock a statement takes until its transaction ends. */
export interface RelationLock {
  readonly relation: RelationName;
  readonly mode: LockMode;
}

/** What a statement does while it holds its locks, in proportion to a table's size. */
export interface RelationWork {
  readonly relation: RelationName;
  /** `update`: writes rows through the executor. */
  readonly kind: "scan" | "foreign-key-check" | "index-build" | "rewrite" | "update";
}
