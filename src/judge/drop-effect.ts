import { type RelationName, sameRelation } from "../domain/postgres.ts";
import type { SchemaChange } from "../domain/schema-change.ts";
import { type EffectDraft, family } from "./change-effect.ts";

/** False when the change is no DROP. */
export function dropEffect(change: SchemaChange, draft: EffectDraft): boolean {
  if (change.kind !== "drop") return false;
  const { state, lock } = draft;
  switch (change.what) {
    case "table":
      for (const name of change.names) dropTable(name, change.cascade, draft);
      return true;
    case "index":
      for (const name of change.names) {
        const found = state.index(name);
        if (found) lock(change.concurrently ? "ShareUpdateExclusiveLock" : "AccessExclusiveLock", ...family(state, found.table));
      }
      return true;
    case "view":
    case "materialized-view":
      lock("AccessExclusiveLock", ...change.names);
      return true;
    case "trigger":
    case "policy":
      if (change.relation) lock("AccessExclusiveLock", change.relation);
      return true;
    case "schema":
      for (const { name } of change.names)
        for (const table of state.tables()) if (table.schema === name) dropTable(table, change.cascade, draft);
      return true;
    default:
      return true;
  }
}

function dropTable(name: RelationName, cascade: boolean, { state, lock }: EffectDraft): void {
  const table = state.table(name);
  lock("AccessExclusiveLock", ...family(state, name), ...(table?.bound ? table.parents : []));
  for (const { references } of table?.constraints ?? []) if (references) lock("AccessExclusiveLock", references.relation);
  if (!cascade) return;
  for (const other of state.tables())
    if (other.constraints.some((each) => each.references && sameRelation(each.references.relation, name)))
      lock("AccessExclusiveLock", other);
}
