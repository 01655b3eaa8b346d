import type { Index, Relation, RelationKind } from "../domain/catalog.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { ColumnDefinition, ConstraintDefinition, DefaultExpression, IndexElement, TypeReference } from "../domain/schema-change.ts";

/** A table as the migration finds or has made it. */
export interface TableState extends RelationName {
  readonly kind: RelationKind;
  readonly createdHere: boolean;
  readonly temporary: boolean;
  /** Null when the table was there before and no catalog describes it: then the lists hold what the migration added. */
  readonly before: Relation | null;
  /** True when columns, indexes and constraints are all listed. */
  readonly complete: boolean;
  readonly columns: readonly ColumnState[];
  readonly indexes: readonly IndexState[];
  readonly constraints: readonly ConstraintState[];
  readonly parents: readonly RelationName[];
  /** Of a partition: `FOR VALUES …` or `DEFAULT`; null otherwise or unknown. */
  readonly bound: string | null;
  /** Columns of the partition key; empty for expressions. */
  readonly partitionKey: readonly string[];
  readonly rowSecurity: boolean;
  readonly policies: readonly string[];
  readonly unlogged: boolean;
  /** Null: not known. */
  readonly accessMethod: string | null;
}

export interface ColumnState {
  readonly name: string;
  readonly type: TypeReference;
  /** NOT NULL and valid. */
  readonly notNull: boolean;
  readonly default: DefaultExpression | null;
  readonly collation: string | null;
  readonly identity: boolean;
  readonly generated: "stored" | "virtual" | null;
  readonly addedHere: boolean;
}

export interface ConstraintState extends ConstraintDefinition {
  readonly name: string;
  readonly validated: boolean;
  readonly addedHere: boolean;
}

export interface IndexState {
  readonly name: string;
  readonly accessMethod: string;
  readonly keys: readonly IndexElement[];
  readonly include: readonly string[];
  readonly predicate: string | null;
  readonly unique: boolean;
  readonly primary: boolean;
  readonly valid: boolean;
  /** Name of the constraint it backs. */
  readonly constraint: string | null;
  readonly replicaIdentity: boolean;
  readonly addedHere: boolean;
  /** As the catalog has it; null when made here. */
  readonly before: Index | null;
}

/** An index with its table. */
export interface IndexOnTable {
  readonly table: TableState;
  readonly index: IndexState;
}

export interface TypeState extends RelationName {
  readonly kind: "enum" | "domain";
  readonly createdHere: boolean;
  /** Number of the transaction that made it or added a value, by value; for an enum. */
  readonly addedValues: ReadonlyMap<string, number>;
  /** A domain with NOT NULL or CHECK. */
  readonly constrained: boolean;
  readonly baseType: TypeReference | null;
}

/** The parts of a column definition that a table state keeps. */
export function columnState(column: ColumnDefinition, addedHere: boolean): ColumnState {
  const { name, type, notNull, collation, identity, generated } = column;
  const primary = column.constraints.some((each) => each.kind === "primary-key");
  return {
    name,
    type,
    notNull: notNull || primary || identity || column.serial,
    default: column.default,
    collation,
    identity,
    generated,
    addedHere,
  };
}
