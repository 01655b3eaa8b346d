import type { RelationName } from "../domain/postgres.ts";
import { sameRelation } from "../domain/postgres.ts";
import type { SchemaChange } from "../domain/schema-change.ts";
import { type ColumnState, columnState, type TableState } from "../rule/table-state.ts";
import { withConstraint, withIndex, withInline } from "./add-to-table.ts";
import type { OpenState } from "./migration-state.ts";

/** Moves the state on by one change. What it cannot follow (DO, functions) leaves it as it was. */
export function applyChange(state: OpenState, change: SchemaChange): void {
  if (applyToTable(state, change)) return;
  switch (change.kind) {
    case "create-table":
      if (change.ifNotExists && state.read.table(change.relation)) return;
      state.put(createdTable(state, change));
      return;
    case "create-table-as":
      if (change.ifNotExists && state.read.table(change.relation)) return;
      state.put({
        ...state.known(change.relation),
        kind: change.materializedView ? "materialized-view" : "table",
        createdHere: true,
        temporary: change.temporary,
      });
      return;
    case "create-view":
      state.put({ ...state.known(change.relation), kind: "view", createdHere: state.read.table(change.relation) === null });
      return;
    case "drop":
      drop(state, change);
      return;
    case "create-enum":
      state.putType({ ...change.type, kind: "enum", createdHere: true, addedValues: new Map(), constrained: false, baseType: null });
      return;
    case "add-enum-value": {
      const type = state.read.type(change.type);
      const addedValues = new Map(type?.addedValues).set(change.value, state.read.transaction.id);
      state.putType({
        ...change.type,
        kind: "enum",
        createdHere: type?.createdHere ?? false,
        addedValues,
        constrained: false,
        baseType: null,
      });
      return;
    }
    case "create-domain":
      state.putType({
        ...change.type,
        kind: "domain",
        createdHere: true,
        addedValues: new Map(),
        constrained: change.constrained,
        baseType: change.base,
      });
      return;
    case "create-function":
      state.addFunction(change.function, change.volatility);
      return;
    case "rename-index": {
      const found = state.read.index(change.index);
      if (found)
        state.put({
          ...found.table,
          indexes: found.table.indexes.map((each) => (each === found.index ? { ...each, name: change.to } : each)),
        });
      return;
    }
    case "set":
      if (change.name === "search_path")
        state.setSearchPath((change.value ?? "public").split(",").map((each) => each.trim().replaceAll('"', "")));
      state.set(change.name, change.value, change.local);
      return;
    default:
      return;
  }
}

function applyToTable(state: OpenState, change: SchemaChange): boolean {
  if (!("relation" in change) || change.relation === null) return false;
  const table = state.known(change.relation);
  const after = changedTable(table, change, state);
  if (after === null) return false;
  if (!sameRelation(after, table)) state.remove(table);
  state.put(after);
  return true;
}

/** Null when the change is none of a table's own. */
function changedTable(table: TableState, change: SchemaChange, state: OpenState): TableState | null {
  switch (change.kind) {
    case "add-column":
      if (table.columns.some((each) => each.name === change.column.name)) return table;
      return withInline({ ...table, columns: [...table.columns, columnState(change.column, true)] }, change.column);
    case "drop-column":
      return {
        ...table,
        columns: table.columns.filter((each) => each.name !== change.column),
        indexes: table.indexes.filter((each) => !each.keys.some((key) => key.column === change.column)),
        constraints: table.constraints.filter((each) => !each.columns.includes(change.column)),
      };
    case "alter-column-type":
      return column(table, change.column, { type: change.type, collation: change.collation });
    case "set-not-null":
    case "drop-not-null":
      return column(table, change.column, { notNull: change.kind === "set-not-null" });
    case "set-column-default":
      return column(table, change.column, { default: change.default });
    case "add-identity":
      return column(table, change.column, { identity: true });
    case "add-constraint":
      return withConstraint(table, change.constraint);
    case "validate-constraint":
      return validated(table, change.name);
    case "drop-constraint":
      return {
        ...table,
        constraints: table.constraints.filter((each) => each.name !== change.name),
        indexes: table.indexes.filter((each) => each.constraint !== change.name),
      };
    case "create-index":
      return change.ifNotExists && table.indexes.some((each) => each.name === change.name) ? table : withIndex(table, change);
    case "rename-table":
      return { ...table, name: change.to };
    case "set-schema":
      return { ...table, schema: change.to };
    case "rename-column":
      return renamedColumn(table, change.column, change.to);
    case "rename-constraint":
      return { ...table, constraints: table.constraints.map((each) => (each.name === change.name ? { ...each, name: change.to } : each)) };
    case "enable-rls":
    case "disable-rls":
      return { ...table, rowSecurity: change.kind === "enable-rls" };
    case "create-policy":
      return { ...table, policies: [...table.policies, change.name] };
    case "set-logged":
    case "set-unlogged":
      return { ...table, unlogged: change.kind === "set-unlogged" };
    case "set-access-method":
      return { ...table, accessMethod: change.to };
    case "inherit":
      return { ...table, parents: [...table.parents, change.parent] };
    case "attach-partition": {
      const child = state.known(change.partition);
      state.put({ ...child, parents: [change.relation], bound: change.isDefault ? "DEFAULT" : "FOR VALUES" });
      return table;
    }
    case "detach-partition": {
      const child = state.known(change.partition);
      state.put({ ...child, parents: [], bound: null });
      return table;
    }
    default:
      return null;
  }
}

function column(table: TableState, name: string, changes: Partial<ColumnState>): TableState {
  const found = table.columns.some((each) => each.name === name);
  const unknown: ColumnState = {
    name,
    type: { name: "", schema: null, modifiers: [], array: false, sql: "" },
    notNull: false,
    default: null,
    collation: null,
    identity: false,
    generated: null,
    addedHere: false,
  };
  const columns = found ? table.columns : [...table.columns, unknown];
  return { ...table, columns: columns.map((each) => (each.name === name ? { ...each, ...changes } : each)) };
}

function renamedColumn(table: TableState, from: string, to: string): TableState {
  const swap = (name: string) => (name === from ? to : name);
  return {
    ...table,
    columns: table.columns.map((each) => ({ ...each, name: swap(each.name) })),
    constraints: table.constraints.map((each) => ({
      ...each,
      columns: each.columns.map(swap),
      provesNotNull: each.provesNotNull.map(swap),
    })),
    indexes: table.indexes.map((each) => ({
      ...each,
      keys: each.keys.map((key) => (key.column === from ? { ...key, column: to, sql: to } : key)),
    })),
  };
}

function validated(table: TableState, name: string): TableState {
  const constraints = table.constraints.map((each) => (each.name === name ? { ...each, validated: true, notValid: false } : each));
  const proven = constraints.find((each) => each.name === name && each.kind === "not-null")?.columns ?? [];
  return { ...table, constraints, columns: table.columns.map((each) => (proven.includes(each.name) ? { ...each, notNull: true } : each)) };
}

function createdTable(state: OpenState, change: Extract<SchemaChange, { kind: "create-table" }>): TableState {
  const copied = [...change.like, ...(change.partitionOf ? [change.partitionOf] : []), ...change.inherits].flatMap(
    (each) => state.read.table(each)?.columns ?? [],
  );
  const bare: TableState = {
    ...state.known(change.relation),
    kind: change.partitioned ? "partitioned-table" : "table",
    createdHere: true,
    temporary: change.temporary,
    unlogged: change.unlogged,
    complete: true,
    columns: [...copied.map((each) => ({ ...each, addedHere: true })), ...change.columns.map((each) => columnState(each, true))],
    parents: change.partitionOf ? [change.partitionOf] : change.inherits,
    bound: change.partitionOf ? (change.isDefaultPartition ? "DEFAULT" : "FOR VALUES") : null,
  };
  const withColumns = change.columns.reduce(withInline, bare);
  return change.constraints.reduce(withConstraint, withColumns);
}

function drop(state: OpenState, change: Extract<SchemaChange, { kind: "drop" }>): void {
  for (const name of change.names) {
    if (change.what === "index") dropIndex(state, name);
    else if (change.what === "type" || change.what === "domain") state.removeType(name);
    else if (change.what === "schema") dropSchema(state, name.name);
    else if (["table", "view", "materialized-view"].includes(change.what)) state.remove(name);
  }
  if (change.what === "policy" && change.relation) {
    const table = state.known(change.relation);
    state.put({ ...table, policies: table.policies.filter((each) => each !== change.names[0]?.name) });
  }
}

function dropIndex(state: OpenState, name: RelationName): void {
  const found = state.read.index(name);
  if (found) state.put({ ...found.table, indexes: found.table.indexes.filter((each) => each !== found.index) });
}

function dropSchema(state: OpenState, schema: string): void {
  for (const table of state.read.tables()) if (table.schema === schema) state.remove(table);
}
