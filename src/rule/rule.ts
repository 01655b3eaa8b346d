import type { IndexDefinition } from "../domain/candidate.ts";
import type { Relation } from "../domain/catalog.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { Scan } from "../domain/workload.ts";
import type { CatalogView } from "./catalog-view.ts";

/** A fact a rule stands on: where it comes from and what it says. */
export interface Source {
  readonly url: string;
  readonly says: string;
}

/** A server-version boundary at which the rule's verdict changes. */
export interface VersionGate {
  /** First major version on the new side, e.g. 12. */
  readonly from: number;
  readonly changes: string;
  readonly source: Source;
}

/** A number the user may set; the docs table is printed from these fields. */
export interface NumberOption {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
  readonly doc: string;
}

export type Options = Readonly<Record<string, NumberOption>>;
export type OptionValues<O extends Options> = { readonly [K in keyof O]: number };

export interface RuleMeta<O extends Options = Options> {
  /** One line: what the rule looks for. */
  readonly detects: string;
  /** One line: what it costs the user. */
  readonly effect: string;
  /** One line: what to do about it. */
  readonly remedy: string;
  readonly sources: readonly [Source, ...Source[]];
  readonly gates?: readonly VersionGate[];
  readonly options?: O;
}

export interface Context<O extends Options> {
  readonly catalog: CatalogView;
  /** Server major version, e.g. 17. */
  readonly postgres: number;
  /** Days since the server's usage counters were reset; null when unknown. */
  readonly countingDays: number | null;
  /** `datcollate` of the database; absent = unknown, taken for a linguistic one. */
  readonly databaseCollation?: string;
  readonly options: OptionValues<O>;
}

/** What an index rule may say. Only the prover decides. */
export type Proposal =
  | { readonly kind: "create"; readonly index: IndexDefinition; readonly because: string; readonly probes?: readonly Probe[] }
  | { readonly kind: "drop"; readonly index: RelationName; readonly relation: RelationName; readonly because: string }
  /** A candidate the rule looked at and rules out on facts, worth telling the user. */
  | { readonly kind: "refuse"; readonly index: IndexDefinition; readonly because: string };

/** A statement PostgreSQL itself runs (a foreign-key check), so it is in no workload, planned to prove the index. */
export interface Probe {
  readonly sql: string;
  /** Since the counters were reset. */
  readonly calls: number;
  readonly label: string;
}

// Detectors are methods, not function properties, so that one array can hold
// rules with different options (method parameters compare bivariantly).

/** Proposes indexes for one scan, or from the state of one relation. Proved by a what-if EXPLAIN. */
export interface IndexRule<O extends Options = Options> extends RuleMeta<O> {
  readonly kind: "index";
  propose?(scan: Scan, context: Context<O>): Iterable<Proposal>;
  inspect?(relation: Relation, context: Context<O>): Iterable<Proposal>;
}

export type Rule = IndexRule;

/** Identity at run time; at compile time it ties the options a rule declares to the values it reads. */
export const indexRule = <const O extends Options>(rule: Omit<IndexRule<O>, "kind">): IndexRule<O> => ({ kind: "index", ...rule });
