import type { RelationName } from "./postgres.ts";

/** The tuning part of a report: settings, storage parameters, statistics objects and states that want a hand. */
export interface Tuning {
  /** Worst first. */
  readonly advice: readonly TuningAdvice[];
  /** Advice that its own proof did not bear out. */
  readonly refused: readonly RefusedAdvice[];
  /** Rules that stayed quiet because a fact was not read. */
  readonly unread: readonly { readonly rule: string; readonly missing: readonly string[] }[];
}

export interface TuningAdvice {
  /** Stable across runs: 12 hex digits of rule and subject. */
  readonly id: string;
  /** `tuning/<name>`. */
  readonly rule: string;
  readonly severity: "error" | "warning" | "note";
  /** A few words, the rule's own. */
  readonly title: string;
  readonly about: Subject;
  /** What is so, and what it costs; one sentence or two. */
  readonly message: string;
  readonly evidence: readonly Evidence[];
  /** SQL to run in order, each in its own transaction; empty where the change is not SQL (`help` says it). */
  readonly apply: readonly string[];
  readonly undo: readonly string[];
  /** What must happen after `apply` before it holds. */
  readonly takesEffect: "at-once" | "reload" | "restart";
  /** What to do, in words. */
  readonly help: string;
  readonly leaveAlone: string;
  readonly proof: TuningProof;
}

export interface RefusedAdvice {
  readonly rule: string;
  readonly about: Subject;
  readonly reason: string;
}

export type Subject =
  | { readonly kind: "server" }
  | { readonly kind: "relation"; readonly relation: RelationName; readonly column: string | null }
  | { readonly kind: "index"; readonly index: RelationName; readonly relation: RelationName }
  | { readonly kind: "sequence"; readonly sequence: RelationName }
  | { readonly kind: "statistics-object"; readonly object: RelationName }
  /** `QueryFamily.id`. */
  | { readonly kind: "statement"; readonly family: string };

/** A figure that the advice stands on. */
export interface Evidence {
  readonly name: string;
  /** Text for what is no number, such as a setting's value. */
  readonly value: number | string;
  /** `rows`, `bytes`, `ms`, `share` (0–1), `transactions`, …; null for text and bare counts. */
  readonly unit: string | null;
}

/** How much the advice is worth, and why. Kinds are never mixed. */
export type TuningProof =
  /** Planned again with the change, the recommended indexes in place. */
  | {
      readonly kind: "planner";
      /** What was planned: `SET LOCAL work_mem = '64MB'`. */
      readonly change: string;
      /** The same for a planner, so that it can be planned again. */
      readonly trial?: PlannerTrial;
      /** False when the change alters what a cost unit means (random_page_cost): then only plans compare, not costs. */
      readonly comparable: boolean;
      readonly planned: number;
      readonly better: number;
      readonly worse: number;
      /** Statements whose plan has another shape. */
      readonly changedPlans: number;
      /** The statements that change most, worse ones first. */
      readonly effects: readonly TuningEffect[];
    }
  /** Reckoned from counters. */
  | { readonly kind: "arithmetic"; readonly formula: string }
  /** Executed, or counted in sampled rows. */
  | { readonly kind: "measured"; readonly what: string }
  | { readonly kind: "unproved"; readonly why: string };

/** Circumstances under which statements are planned again. */
export type PlannerTrial =
  | { readonly kind: "settings"; readonly settings: Readonly<Record<string, string>> }
  /** Built of sampled rows. `targets`: quoted columns, or expressions in parentheses; `kinds` is empty for one expression. */
  | {
      readonly kind: "statistics";
      readonly relation: RelationName;
      readonly targets: readonly string[];
      readonly kinds: readonly string[];
    };

export interface TuningEffect {
  readonly family: string;
  readonly costBefore: number;
  readonly costAfter: number;
  /** Rows that the planner expects from the node that the change is about; null where that is not the point. */
  readonly rowsBefore: number | null;
  readonly rowsAfter: number | null;
  /** Rows by the sample, where one was counted. */
  readonly rowsSampled: number | null;
  /** Partitions that the plan after reads, of all there would be; absent where the change makes none. */
  readonly partitions?: { readonly read: number; readonly of: number };
  readonly planChange: string;
}

/** Facts about the machine that no query tells; null = not given. */
export interface Hardware {
  readonly memoryBytes: number | null;
  readonly storage: "hdd" | "ssd" | "nvme" | "network" | null;
  readonly cpus: number | null;
}

export const noHardware: Hardware = { memoryBytes: null, storage: null, cpus: null };
