import { z } from "zod";
import type { Candidate } from "../domain/candidate.ts";
import type { PlannerTrial } from "../domain/tuning.ts";
import { AdvisorError } from "../errors.ts";

/** One statement of a proof, as it was planned when the pack was made. */
export interface PackedStatement {
  readonly family: string;
  /** The binding: `generic` leaves `$n` in place. */
  readonly binding: string;
  readonly sql: string;
  /** Its words afterwards: another text where it is rewritten. */
  readonly sqlAfter: string;
  readonly before: PackedPlan;
  readonly after: PackedPlan;
  /** What the report said; null when it had no figure. */
  readonly reported: { readonly costBefore: number; readonly costAfter: number } | null;
}
export interface PackedPlan {
  readonly cost: number;
  /** Nodes, relations and indexes without figures; equal texts are equal shapes. */
  readonly shape: string;
}

/** A proof that can be run again: with `snapshot.json.gz` beside it nothing else is needed. */
export interface EvidencePack {
  readonly format: 2;
  readonly advisorVersion: string;
  /** Of the planner whose figures these are. */
  readonly planner: string;
  /** `server_version_num` of production. */
  readonly production: number;
  /** ISO 8601: the snapshot's. */
  readonly collectedAt: string;
  readonly recommendation: {
    readonly id: string;
    readonly title: string;
    readonly apply: readonly string[];
    readonly undo: readonly string[];
  };
  /** Indexes: the recommendation's own and those it was proved together with. */
  readonly changes: readonly Pick<Candidate, "id" | "change">[];
  /** They are there before as well: what is proved is a rewrite, a setting or a statistics object. */
  readonly changesBefore: boolean;
  /** What statements are planned under afterwards; null = as production is set. */
  readonly trial: PlannerTrial | null;
  readonly statements: readonly PackedStatement[];
}

export const packFiles = {
  pack: "pack.json",
  snapshot: "snapshot.json.gz",
  statements: "statements.sql",
  change: "change.sql",
  plans: "plans.json",
  readme: "README.md",
} as const;

const relation = z.object({ schema: z.string(), name: z.string() });
const plan = z.object({ cost: z.number(), shape: z.string() });
const index = z.object({
  relation,
  accessMethod: z.enum(["btree", "hash", "gin", "gist", "spgist", "brin", "hnsw", "ivfflat"]),
  keys: z.array(
    z.object({
      column: z.string().nullable(),
      sql: z.string(),
      operatorClass: z.string().nullable(),
      collation: z.string().nullable(),
      descending: z.boolean(),
      nullsFirst: z.boolean(),
    }),
  ),
  include: z.array(z.string()),
  predicate: z.string().nullable(),
  storage: z.record(z.string(), z.string()),
  extension: z.string().nullable(),
  otherExtensions: z.array(z.string()).exactOptional(),
});
const change = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("create-index"), index }),
  z.object({ kind: z.literal("drop-index"), index: relation, relation }),
]);
const trial = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("settings"), settings: z.record(z.string(), z.string()) }),
  z.object({ kind: z.literal("statistics"), relation, targets: z.array(z.string()), kinds: z.array(z.string()) }),
]);
const packSchema: z.ZodType<EvidencePack> = z.object({
  format: z.literal(2),
  advisorVersion: z.string(),
  planner: z.string(),
  production: z.number(),
  collectedAt: z.string(),
  recommendation: z.object({ id: z.string(), title: z.string(), apply: z.array(z.string()), undo: z.array(z.string()) }),
  changes: z.array(z.object({ id: z.string(), change })),
  changesBefore: z.boolean(),
  trial: trial.nullable(),
  statements: z.array(
    z.object({
      family: z.string(),
      binding: z.string(),
      sql: z.string(),
      sqlAfter: z.string(),
      before: plan,
      after: plan,
      reported: z.object({ costBefore: z.number(), costAfter: z.number() }).nullable(),
    }),
  ),
});

/** The value of a pack.json. Throws INPUT_INVALID for anything else. */
export function parsePack(text: string, path: string): EvidencePack {
  const invalid = (why: string, cause: unknown) =>
    new AdvisorError("INPUT_INVALID", `"${path}" ${why}.`, {
      hint: "Make the pack again: plansmith explain ID --report FILE --snapshot FILE --pack DIR",
      cause,
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid("is not JSON", cause);
  }
  const parsed = packSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid("is no evidence pack that this version reads", parsed.error);
}
