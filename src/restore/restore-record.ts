import { type RelationName, relationKey } from "../domain/postgres.ts";
import type { Gap } from "../domain/snapshot.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { applySteps, type FailedStep, type Step } from "./apply-steps.ts";

/** Makes things and keeps account of what could not be made. */
export interface RestoreRecord {
  readonly gaps: readonly Gap[];
  /** `{relationKey → why plans that touch it deserve less trust}`. */
  readonly cautions: ReadonlyMap<string, readonly string[]>;
  /** Applies the steps; those of a table that could not be made are passed over, its own gap says it all. */
  apply(steps: readonly Step[]): Promise<void>;
  /** The same, with the refused steps left to the caller. */
  attempt(steps: readonly Step[]): Promise<readonly FailedStep[]>;
  refused(steps: readonly FailedStep[]): void;
  gap(what: string, why: string): void;
  caution(relation: RelationName, text: string): void;
}

export function restoreRecord(database: EmbeddedDatabase): RestoreRecord {
  const gaps: Gap[] = [];
  const cautions = new Map<string, string[]>();
  const absent = new Set<string>();

  const gap = (what: string, why: string) => gaps.push({ area: "shadow", what, why, remedy: null });
  const caution = (relation: RelationName, text: string) => {
    const key = relationKey(relation);
    cautions.set(key, [...(cautions.get(key) ?? []), text]);
  };
  const attempt = async (steps: readonly Step[]) => {
    const possible = steps.filter((step) => step.relation === undefined || !absent.has(relationKey(step.relation)));
    const { failed, poorer } = await applySteps(database, possible);
    for (const step of poorer) if (step.relation !== undefined && step.poorer !== undefined) caution(step.relation, step.poorer);
    return failed;
  };
  const refused = (failed: readonly FailedStep[]) => {
    for (const { step, sqlState, message } of failed) {
      gap(step.what, `the embedded PostgreSQL refuses it: ${message} (SQLSTATE ${sqlState})`);
      if (step.relation === undefined) continue;
      if (step.makesRelation === true) absent.add(relationKey(step.relation));
      caution(step.relation, `${step.what} is not in the shadow: ${message}`);
    }
  };
  return { gaps, cautions, gap, caution, attempt, refused, apply: async (steps) => refused(await attempt(steps)) };
}
