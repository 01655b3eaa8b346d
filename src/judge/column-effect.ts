import { sameRelation } from "../domain/postgres.ts";
import type { ColumnDefinition, SchemaChange } from "../domain/schema-change.ts";
import type { MigrationState } from "../rule/migration.ts";
import type { TableState } from "../rule/table-state.ts";
import { type EffectDraft, family, withRows } from "./change-effect.ts";
import { isUtc, typeChangeCost } from "./type-change.ts";

/** False when the change is none of a column's. */
export function columnEffect(change: SchemaChange, draft: EffectDraft): boolean {
  const { state, lock, work } = draft;
  switch (change.kind) {
    case "add-column":
      addColumn(change, draft);
      return true;
    case "drop-column": {
      lock("AccessExclusiveLock", ...family(state, change.relation));
      const using = state.table(change.relation)?.constraints.filter((each) => each.columns.includes(change.column)) ?? [];
      for (const { references } of using) if (references) lock("AccessExclusiveLock", references.relation);
      if (change.cascade) lock("AccessExclusiveLock", ...referencing(state, change).map(({ table }) => table));
      return true;
    }
    case "alter-column-type":
      alterType(change, draft);
      return true;
    case "set-not-null":
      lock("AccessExclusiveLock", ...family(state, change.relation));
      if (!state.provenNotNull(change.relation, change.column)) work("scan", ...withRows(state, change.relation));
      return true;
    case "set-expression": {
      lock("AccessExclusiveLock", ...family(state, change.relation));
      const column = state.table(change.relation)?.columns.find((each) => each.name === change.column);
      if (column?.generated !== "virtual") work("rewrite", ...withRows(state, change.relation));
      return true;
    }
    case "drop-not-null":
    case "set-column-default":
    case "add-identity":
      lock("AccessExclusiveLock", ...family(state, change.relation));
      return true;
    default:
      return false;
  }
}

function addColumn(change: Extract<SchemaChange, { kind: "add-column" }>, { state, postgres, lock, work }: EffectDraft): void {
  const { relation, column } = change;
  lock("AccessExclusiveLock", ...family(state, relation));
  const known = state.table(relation)?.columns.some((each) => each.name === column.name && each.type.name !== "");
  if (change.ifNotExists && known) return;
  const rows = withRows(state, relation);
  if (addColumnRewrites(column, state, postgres) !== null) work("rewrite", ...rows);
  // ATExecAddColumn() leaves NOT NULL to phase 3 only where no missing value was stored.
  const filled = column.default !== null && !column.default.isNull;
  if (column.notNull && !filled && !column.identity && !column.serial && column.generated === null) work("scan", ...rows);
  for (const constraint of column.constraints) {
    if (constraint.kind === "check" && !constraint.notValid && constraint.enforced) work("scan", ...rows);
    if (constraint.kind === "unique" || constraint.kind === "primary-key") work("index-build", ...rows);
    if (!constraint.references) continue;
    lock("ShareRowExclusiveLock", constraint.references.relation);
    if (filled) work("foreign-key-check", ...rows);
  }
}

/** Why ADD COLUMN writes every row anew; null when it does not. */
function addColumnRewrites(
  column: ColumnDefinition,
  state: MigrationState,
  postgres: number,
): "volatile-default" | "default" | "serial" | "identity" | "stored-generated" | "constrained-domain" | null {
  if (column.serial) return "serial";
  if (column.identity) return "identity";
  if (column.generated === "stored") return "stored-generated";
  const domain = state.type({ schema: column.type.schema ?? "public", name: column.type.name });
  if (domain?.kind === "domain" && domain.constrained) return "constrained-domain";
  if (column.default === null || column.default.isNull) return null;
  if (postgres < 11) return "default";
  // A function nobody knows is volatile unless declared otherwise (CREATE FUNCTION's default).
  return column.default.volatility === "volatile" || column.default.volatility === null ? "volatile-default" : null;
}

function alterType(change: Extract<SchemaChange, { kind: "alter-column-type" }>, draft: EffectDraft): void {
  const { state, lock, work } = draft;
  const { relation, column } = change;
  lock("AccessExclusiveLock", ...family(state, relation));
  const table = state.table(relation);
  const cost = costOfType(change, state);
  if (cost === "rewrite") work("rewrite", ...withRows(state, relation));
  const indexed = table?.indexes.filter((each) => uses(each, column)) ?? [];
  const special = indexed.some((each) => each.predicate !== null || each.keys.some((key) => key.column === null));
  if (cost !== "rewrite" && (special || (cost === "rebuild-indexes" && indexed.length > 0)))
    work("index-build", ...withRows(state, relation));
  const checked = table?.constraints.some((each) => each.kind === "check" && each.validated && each.columns.includes(column));
  if (cost !== "rewrite" && checked) work("scan", ...withRows(state, relation));
  // Foreign keys on both ends are dropped and made again; the keys are compared only where their operators have changed or the table is written anew.
  for (const constraint of table?.constraints ?? [])
    if (constraint.references && constraint.columns.includes(column)) {
      lock("AccessExclusiveLock", constraint.references.relation);
      if (cost === "rewrite" && constraint.validated) work("foreign-key-check", relation);
    }
  for (const { table: child, validated } of referencing(state, change)) {
    lock("AccessExclusiveLock", child);
    if (cost === "rewrite" && validated) work("foreign-key-check", child);
  }
}

/** What a change of type costs, with domains and the catalog's column looked up; rewrite when the old type is not known. */
function costOfType(change: Extract<SchemaChange, { kind: "alter-column-type" }>, state: MigrationState) {
  const column = state.table(change.relation)?.columns.find((each) => each.name === change.column);
  if (!column || column.type.name === "") return costOfUnknown(change);
  const domain = (type: typeof change.type) => {
    const found = state.type({ schema: type.schema ?? "public", name: type.name });
    return found?.kind === "domain" ? found : null;
  };
  const target = domain(change.type);
  if (target?.constrained && domain(column.type)?.name !== target.name) return "rewrite";
  const sessionIsUtc = isUtc(state.setting("timezone"));
  const cost = typeChangeCost(domain(column.type)?.baseType ?? column.type, target?.baseType ?? change.type, {
    usingExpression: change.using === "expression",
    sessionIsUtc,
  });
  return cost === "none" && change.collation !== null && change.collation !== column.collation ? "rebuild-indexes" : cost;
}

/** Without a catalog nobody knows the old type. To text without a length most changes are from varchar, which is free; the rest is taken for work. */
function costOfUnknown(change: Extract<SchemaChange, { kind: "alter-column-type" }>) {
  return change.using !== "expression" && change.type.name === "text" && !change.type.array ? "none" : "rewrite";
}

export function uses(index: TableState["indexes"][number], column: string): boolean {
  const mentions = (sql: string | null) =>
    sql !== null && new RegExp(`(?<![\\w"])"?${column.replaceAll(/\W/g, "\\$&")}"?(?![\\w"])`).test(sql);
  return (
    index.include.includes(column) ||
    mentions(index.predicate) ||
    index.keys.some((key) => key.column === column || (key.column === null && mentions(key.sql)))
  );
}

/** Foreign keys of other tables that refer to this column. */
export function referencing(
  state: MigrationState,
  { relation, column }: { relation: TableState | { schema: string; name: string }; column: string },
) {
  return state
    .tables()
    .flatMap((table) =>
      table.constraints
        .filter((each) => each.references && sameRelation(each.references.relation, relation) && refersTo(state, each.references, column))
        .map((each) => ({ table, constraint: each.name, validated: each.validated })),
    );
}

/** REFERENCES without columns means the primary key. */
function refersTo(
  state: MigrationState,
  references: { relation: { schema: string; name: string }; columns: readonly string[] },
  column: string,
): boolean {
  if (references.columns.length > 0) return references.columns.includes(column);
  const key = state.table(references.relation)?.indexes.find((each) => each.primary);
  return key?.keys.some((each) => each.column === column) ?? true;
}
