import { z } from "zod";
import { accessMethods } from "../domain/postgres.ts";

/**
 * What a model may propose: an index, a rewrite of the statement, a statistics object. No field can say anything else, so that the worst
 * answer is a candidate that is refused. Lengths bound what a model that runs on can make anybody read.
 */
export const proposalsShape = z.strictObject({
  proposals: z
    .array(
      z.union([
        z.strictObject({
          kind: z.literal("index"),
          table: z.string().max(140),
          method: z.enum(accessMethods),
          /** Each as CREATE INDEX takes it: `created_at DESC`, `lower(email)`, `payload jsonb_path_ops`. */
          keys: z.array(z.string().max(200)).min(1).max(8),
          include: z.array(z.string().max(70)).max(16),
          where: z.string().max(400).nullable(),
        }),
        z.strictObject({ kind: z.literal("rewrite"), sql: z.string().max(6_000) }),
        z.strictObject({ kind: z.literal("statistics"), table: z.string().max(140), on: z.array(z.string().max(200)).min(1).max(4) }),
      ]),
    )
    .max(4),
});

export type Proposal = z.output<typeof proposalsShape>["proposals"][number];
export type IndexProposal = Extract<Proposal, { kind: "index" }>;
export type RewriteProposal = Extract<Proposal, { kind: "rewrite" }>;
export type StatisticsProposal = Extract<Proposal, { kind: "statistics" }>;

/** Why a proposal goes no further: a class to count by, and a clause for the model and the reader. */
export interface Refused {
  readonly kind: "refused";
  readonly because: RefusalClass;
  readonly why: string;
}

export const refusalClasses = [
  "unreadable",
  "unsafe",
  "unknown-name",
  "known-already",
  "not-creatable",
  "no-gain",
  "not-the-same",
  "unproved",
] as const;
export type RefusalClass = (typeof refusalClasses)[number];

export function refused(because: RefusalClass, why: string): Refused {
  return { kind: "refused", because, why };
}
