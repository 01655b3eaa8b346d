import type { ColumnDefinition, ConstraintDefinition, SchemaChange } from "../domain/schema-change.ts";
import { constraintName } from "../rule/safe-form.ts";
import type { ConstraintState, IndexState, TableState } from "../rule/table-state.ts";

/** The constraints written with a column. */
export function withInline(table: TableState, definition: ColumnDefinition): TableState {
  return definition.constraints.reduce(withConstraint, table);
}

/** Adds a constraint, the index it makes or takes, and the NOT NULL of a primary key. */
export function withConstraint(table: TableState, constraint: ConstraintDefinition): TableState {
  const backed = constraint.kind === "primary-key" || constraint.kind === "unique" || constraint.kind === "exclusion";
  const name = constraint.name ?? constraint.usingIndex ?? constraintName(table, constraint);
  const taken = table.indexes.find((each) => each.name === constraint.usingIndex);
  const columns = constraint.columns.length > 0 ? constraint.columns : (taken?.keys ?? []).flatMap((key) => key.column ?? []);
  const own: ConstraintState = { ...constraint, name, columns, validated: !constraint.notValid && constraint.enforced, addedHere: true };
  const others = table.indexes.filter((each) => each !== taken);
  const index = backed
    ? [{ ...(taken ?? indexOf(name, columns)), name, unique: true, primary: constraint.kind === "primary-key", constraint: name }]
    : [];
  const notNull = own.validated && (constraint.kind === "primary-key" || constraint.kind === "not-null") ? columns : [];
  return {
    ...table,
    constraints: [...table.constraints, own],
    indexes: [...others, ...index, ...(backed || !taken ? [] : [taken])],
    columns: table.columns.map((each) => (notNull.includes(each.name) ? { ...each, notNull: true } : each)),
  };
}

function indexOf(name: string, columns: readonly string[]): IndexState {
  return {
    name,
    accessMethod: "btree",
    keys: columns.map((each) => ({ column: each, sql: each, operatorClass: null, collation: null, descending: false, nullsFirst: false })),
    include: [],
    predicate: null,
    unique: false,
    primary: false,
    valid: true,
    constraint: null,
    replicaIdentity: false,
    addedHere: true,
    before: null,
  };
}

export function withIndex(table: TableState, change: Extract<SchemaChange, { kind: "create-index" }>): TableState {
  const name = change.name ?? change.pickedName;
  const { accessMethod, keys, include, predicate, unique } = change;
  return { ...table, indexes: [...table.indexes, { ...indexOf(name, []), accessMethod, keys, include, predicate, unique }] };
}
