import type { RelationName } from "../domain/postgres.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { sqlStateOf } from "../embedded/sql-state.ts";

/** One object to make. When `sql` is refused for good, the next of `otherwise` is tried, poorer each time. */
export interface Step {
  /** For a gap: `index "public"."orders_pkey"`. */
  readonly what: string;
  readonly sql: string;
  readonly otherwise?: readonly string[];
  /** The relation whose plans suffer when it fails. */
  readonly relation?: RelationName;
  /** True when the step makes that relation itself. */
  readonly makesRelation?: boolean;
  /** What to say of the relation when it was made from `otherwise`. */
  readonly poorer?: string;
}

export interface Applied {
  readonly failed: readonly FailedStep[];
  /** Made, but from `otherwise`. */
  readonly poorer: readonly Step[];
}
export interface FailedStep {
  readonly step: Step;
  readonly sqlState: string;
  readonly message: string;
}

/** Statements sent in one call: enough to make the call cheap, few enough for the lock table of a single backend. */
const batchLength = 40;

/**
 * Makes every object that can be made. Order among the steps is a hint: a failed one is tried again for as long
 * as others succeed, so that definitions may refer to later ones. Never throws for what the server refuses.
 */
export async function applySteps(database: EmbeddedDatabase, steps: readonly Step[]): Promise<Applied> {
  let pending = steps.map((step) => ({ step, attempt: 0 }));
  const poorer: Step[] = [];
  for (;;) {
    const refusals = new Map<Step, FailedStep>();
    for (let at = 0; at < pending.length; at += batchLength) await applyBatch(database, pending.slice(at, at + batchLength), refusals);
    for (const { step, attempt } of pending) if (attempt > 0 && !refusals.has(step)) poorer.push(step);
    const left = pending.filter(({ step }) => refusals.has(step));
    if (left.length === 0) return { failed: [], poorer };
    if (left.length === pending.length) {
      const hope = left.some(({ step, attempt }) => attempt < (step.otherwise?.length ?? 0));
      if (!hope) return { failed: left.map(({ step }) => refusals.get(step)!), poorer };
      pending = left.map(({ step, attempt }) => ({ step, attempt: Math.min(attempt + 1, step.otherwise?.length ?? 0) }));
      continue;
    }
    pending = left;
  }
}

type Pending = { readonly step: Step; readonly attempt: number };

/** One call for all; when the server refuses (and rolls back) it, each half alone. */
async function applyBatch(database: EmbeddedDatabase, batch: readonly Pending[], refusals: Map<Step, FailedStep>): Promise<void> {
  if (batch.length === 0) return;
  try {
    await database.run(batch.map(sqlOf).join(";\n"));
  } catch (error) {
    const sqlState = sqlStateOf(error);
    if (sqlState === null) throw error; // not the server's refusal but a fault of ours or of PGlite
    const [first] = batch;
    if (batch.length === 1 && first !== undefined) {
      refusals.set(first.step, { step: first.step, sqlState, message: (error as Error).message });
      return;
    }
    const middle = batch.length >> 1;
    await applyBatch(database, batch.slice(0, middle), refusals);
    await applyBatch(database, batch.slice(middle), refusals);
  }
}

function sqlOf({ step, attempt }: Pending): string {
  return attempt === 0 ? step.sql : (step.otherwise?.[attempt - 1] ?? step.sql);
}
