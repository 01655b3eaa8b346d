import { sameRelation } from "../domain/postgres.ts";
import type { SchemaChange } from "../domain/schema-change.ts";
import { type EffectDraft, family, withRows } from "./change-effect.ts";

/** False when the change is none of a constraint's. */
export function constraintEffect(change: SchemaChange, draft: EffectDraft): boolean {
  switch (change.kind) {
    case "add-constraint":
      addConstraint(change, draft);
      return true;
    case "validate-constraint":
      validate(change, draft);
      return true;
    case "drop-constraint":
      dropConstraint(change, draft);
      return true;
    default:
      return false;
  }
}

function addConstraint(
  { relation, constraint }: Extract<SchemaChange, { kind: "add-constraint" }>,
  { state, lock, work }: EffectDraft,
): void {
  const rows = withRows(state, relation);
  const checked = !constraint.notValid && constraint.enforced;
  if (constraint.references) {
    lock("ShareRowExclusiveLock", ...family(state, relation), ...family(state, constraint.references.relation));
    if (checked) work("foreign-key-check", ...rows);
    return;
  }
  lock("AccessExclusiveLock", ...family(state, relation));
  switch (constraint.kind) {
    case "check":
      if (checked) work("scan", ...rows);
      return;
    case "not-null":
      if (checked && !constraint.columns.every((each) => state.provenNotNull(relation, each))) work("scan", ...rows);
      return;
    default: {
      if (constraint.usingIndex === null) work("index-build", ...rows);
      if (constraint.kind !== "primary-key") return;
      const taken = state.table(relation)?.indexes.find((each) => each.name === constraint.usingIndex);
      const columns = constraint.columns.length > 0 ? constraint.columns : (taken?.keys ?? []).flatMap((each) => each.column ?? []);
      if (columns.length === 0 || !columns.every((each) => state.provenNotNull(relation, each))) work("scan", ...rows);
    }
  }
}

function validate({ relation, name }: Extract<SchemaChange, { kind: "validate-constraint" }>, { state, lock, work }: EffectDraft): void {
  const constraint = state.table(relation)?.constraints.find((each) => each.name === name);
  if (constraint?.references) {
    lock("ShareUpdateExclusiveLock", relation);
    lock("RowShareLock", constraint.references.relation);
    if (!constraint.validated) work("foreign-key-check", ...withRows(state, relation));
    return;
  }
  lock("ShareUpdateExclusiveLock", ...family(state, relation));
  if (!constraint?.validated) work("scan", ...withRows(state, relation));
}

function dropConstraint(change: Extract<SchemaChange, { kind: "drop-constraint" }>, { state, lock }: EffectDraft): void {
  lock("AccessExclusiveLock", ...family(state, change.relation));
  const constraint = state.table(change.relation)?.constraints.find((each) => each.name === change.name);
  if (constraint?.references) lock("AccessExclusiveLock", ...family(state, constraint.references.relation));
  if (!change.cascade || (constraint?.kind !== "primary-key" && constraint?.kind !== "unique")) return;
  for (const table of state.tables())
    if (table.constraints.some((each) => each.references && sameRelation(each.references.relation, change.relation)))
      lock("AccessExclusiveLock", table);
}
