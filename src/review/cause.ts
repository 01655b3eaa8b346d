import { lockModes, relationKey } from "../domain/postgres.ts";
import type { PlanChange } from "../domain/review.ts";
import type { QueryFamily } from "../domain/workload.ts";
import type { MigrationStatement, StatementEffect } from "../judge/judgement.ts";
import type { Observation } from "./observe.ts";

/** A statement of the migration with all that is known of what it does. */
export interface KnownStatement {
  readonly statement: MigrationStatement;
  readonly observation: Observation | null;
  readonly effect: StatementEffect | null;
}

/** Changes that can take a name or a type from under a statement. */
const breaking = [
  "drop-column",
  "rename-column",
  "rename-table",
  "rename-schema",
  "set-schema",
  "drop",
  "alter-column-type",
  "drop-constraint",
  "detach-partition",
];

/** The statement of the migration that most likely changed this plan: what dropped its index, then what changed a name or type it reads. */
export function causeOf(change: PlanChange, family: QueryFamily | undefined, statements: readonly KnownStatement[]): KnownStatement | null {
  const lost = new Set(change.indexesBefore.filter((index) => !change.indexesAfter.includes(index)));
  const dropper = statements.find((each) => each.observation?.dropped.some((index) => lost.has(index.name)));
  if (dropper && change.effect === "worse") return dropper;
  const named = statements.find((each) => each.effect?.changes.some((one) => names(one, change.error?.message ?? "")));
  if (named) return named;
  const maker = statements.find((each) =>
    each.effect?.changes.some((one) => one.kind === "create-index" && change.indexesAfter.includes(one.name ?? "")),
  );
  if (maker && change.effect === "better") return maker;
  const read = new Set((family?.scans ?? []).map((scan) => relationKey(scan.relation)));
  const touching = statements.filter((each) => touches(each, read));
  const columns = new Set((family?.scans ?? []).flatMap((scan) => scan.predicates.flatMap((predicate) => predicate.on.columns)));
  const filtered = touching.find((each) =>
    each.effect?.changes.some(
      (one) => breaking.includes(one.kind) && "column" in one && typeof one.column === "string" && columns.has(one.column),
    ),
  );
  if (filtered) return filtered;
  return touching.find((each) => each.effect?.changes.some((one) => breaking.includes(one.kind))) ?? touching[0] ?? null;
}

function names(change: StatementEffect["changes"][number], message: string): boolean {
  if (message === "" || !breaking.includes(change.kind)) return false;
  const words = new Set([...message.matchAll(/[\w$]+/g)].map((match) => match[0]));
  if ("column" in change && typeof change.column === "string") return words.has(change.column);
  if (change.kind === "drop") return change.names.some((each) => words.has(each.name));
  return "relation" in change && change.relation !== null && words.has(change.relation.name);
}

/** It locks one of the relations more strongly than a reader does. */
function touches(each: KnownStatement, relations: ReadonlySet<string>): boolean {
  const locks = [...(each.observation?.locks ?? []), ...(each.effect?.locks ?? [])];
  return locks.some(
    (lock) => relations.has(relationKey(lock.relation)) && lockModes.indexOf(lock.mode) >= lockModes.indexOf("ShareUpdateExclusiveLock"),
  );
}
