import type { ChangeNames } from "../change/describe-definitions.ts";
import type { Catalog } from "../domain/catalog.ts";
import { emptyCatalog } from "../domain/empty-catalog.ts";
import { type RelationName, relationKey, sameRelation } from "../domain/postgres.ts";
import type { RelationLock } from "../domain/schema-change.ts";
import type { MigrationState, PastChange, TransactionState } from "../rule/migration.ts";
import type { TableState, TypeState } from "../rule/table-state.ts";
import { stateOfRelation, typesOfCatalog } from "./catalog-state.ts";

/** What of the state comes back when a transaction is rolled back. */
interface Kept {
  readonly tables: ReadonlyMap<string, TableState>;
  readonly types: ReadonlyMap<string, TypeState>;
}

/** The state and the ways to move it on; `read` always shows the present. */
export interface OpenState {
  readonly read: MigrationState;
  readonly names: ChangeNames;
  put(table: TableState): void;
  /** The table as known; an empty one, incomplete, where nothing is known. */
  known(relation: RelationName): TableState;
  remove(relation: RelationName): void;
  putType(type: TypeState): void;
  removeType(type: RelationName): void;
  /** A function of that name, in any schema, is known as the user's. */
  hasFunction(name: string): boolean;
  addFunction(name: RelationName, volatility: "immutable" | "stable" | "volatile"): void;
  set(name: string, value: string | null, local: boolean): void;
  setSearchPath(schemas: readonly string[]): void;
  enter(kind: TransactionState["kind"]): void;
  /** Ends the transaction; the statements after it run in one of the kind given. */
  leave(next: TransactionState["kind"], outcome: "commit" | "rollback"): void;
  record(change: PastChange): void;
}

export function openState(start: {
  readonly catalog: Catalog | null;
  readonly searchPath: readonly string[];
  readonly settings: Readonly<Record<string, string>>;
}): OpenState {
  const catalog = start.catalog ?? emptyCatalog;
  let tables = new Map(catalog.relations.map((each) => [relationKey(each), stateOfRelation(each)]));
  let types = new Map(typesOfCatalog(catalog).map((each) => [relationKey(each), each]));
  let searchPath = start.searchPath;
  const functions = [...catalog.functions];
  const session = new Map(Object.entries(start.settings));
  const local = new Map<string, string | null>();
  const earlier: PastChange[] = [];
  let transaction: { id: number; kind: TransactionState["kind"]; held: RelationLock[] } = { id: 0, kind: "none", held: [] };
  let kept: Kept = { tables, types };

  const find = (relation: RelationName) => tables.get(relationKey(relation)) ?? null;
  const children = (relation: RelationName): TableState[] =>
    [...tables.values()]
      .filter((each) => each.parents.some((parent) => sameRelation(parent, relation)))
      .flatMap((each) => [each, ...children(each)]);

  const read: MigrationState = {
    hasCatalog: start.catalog !== null,
    createdHere: (relation) => find(relation)?.createdHere === true,
    table: find,
    tables: () => [...tables.values()],
    index(name) {
      for (const table of tables.values()) {
        if (table.schema !== name.schema) continue;
        const index = table.indexes.find((each) => each.name === name.name);
        if (index) return { table, index };
      }
      return null;
    },
    type: (name) => types.get(relationKey(name)) ?? null,
    provenNotNull(relation, column) {
      const table = find(relation);
      if (table === null) return false;
      const own = table.columns.find((each) => each.name === column);
      if (own?.notNull) return true;
      return table.constraints.some(
        (each) => each.validated && each.enforced && (each.provesNotNull.includes(column) || isNotNullOf(each, column)),
      );
    },
    children,
    get transaction() {
      return transaction;
    },
    setting: (name) => local.get(name) ?? session.get(name) ?? null,
    earlier,
  };

  const exists = (name: RelationName) => tables.has(relationKey(name)) || types.has(relationKey(name)) || read.index(name) !== null;
  const open = (kind: TransactionState["kind"]) => {
    transaction = { id: transaction.id + 1, kind, held: [] };
    local.clear();
    kept = { tables: new Map(tables), types: new Map(types) };
  };

  return {
    read,
    names: {
      relation({ schemaname, relname = "" }) {
        if (schemaname !== undefined) return { schema: schemaname, name: relname };
        const schema = searchPath.find((each) => exists({ schema: each, name: relname })) ?? searchPath[0] ?? "public";
        return { schema, name: relname };
      },
      catalog: { ...catalog, functions },
    },
    put: (table) => void tables.set(relationKey(table), table),
    known: (relation) => find(relation) ?? { ...unknownTable, schema: relation.schema, name: relation.name },
    remove: (relation) => void tables.delete(relationKey(relation)),
    putType: (type) => void types.set(relationKey(type), type),
    removeType: (type) => void types.delete(relationKey(type)),
    hasFunction: (name) => functions.some((each) => each.name === name),
    addFunction(name, volatility) {
      functions.push({ ...name, arguments: "", definition: "", language: "", volatility });
    },
    set(name, value, isLocal) {
      if (isLocal) local.set(name, value);
      else if (value === null) session.delete(name);
      else session.set(name, value);
    },
    setSearchPath(schemas) {
      searchPath = schemas;
    },
    enter: open,
    leave(next, outcome) {
      if (outcome === "rollback") {
        tables = new Map(kept.tables);
        types = new Map(kept.types);
      }
      open(next);
    },
    record(change) {
      earlier.push(change);
      const held = change.locks.filter((each) => find(each.relation)?.createdHere !== true);
      transaction.held.push(...held);
    },
  };
}

function isNotNullOf(constraint: { readonly kind: string; readonly columns: readonly string[] }, column: string): boolean {
  return (constraint.kind === "not-null" || constraint.kind === "primary-key") && constraint.columns.includes(column);
}

const unknownTable: Omit<TableState, "schema" | "name"> = {
  kind: "table",
  createdHere: false,
  temporary: false,
  before: null,
  complete: false,
  columns: [],
  indexes: [],
  constraints: [],
  parents: [],
  bound: null,
  partitionKey: [],
  rowSecurity: false,
  policies: [],
  unlogged: false,
  accessMethod: null,
};
