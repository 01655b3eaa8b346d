import type { Relation } from "../domain/catalog.ts";
import type { Health, HealthPart, RelationMaintenance, SequenceState } from "../domain/health.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { StatementStats } from "../domain/snapshot.ts";
import type { Evidence, Hardware, Subject } from "../domain/tuning.ts";
import type { QueryFamily } from "../domain/workload.ts";
import type { CatalogView } from "./catalog-view.ts";
import type { KeyColumn } from "./key-column.ts";
import type { Options, OptionValues, RuleMeta } from "./rule.ts";
import type { PartitionLayout } from "./time-partitions.ts";

/** What a tuning rule may ask. Absent facts are null: a rule that lacks one says nothing. */
export interface TuningContext<O extends Options = Options> {
  readonly catalog: CatalogView;
  /** Server major version, e.g. 17. */
  readonly postgres: number;
  /** It replays another server's WAL: it vacuums nothing and counts only its own reads. */
  readonly standby: boolean;
  /** Null when not read. */
  readonly databaseBytes: number | null;
  /** The snapshot's time in ms since 1970: a rule has no clock. */
  readonly now: number;
  /** Days since the table counters were reset; null when unknown. */
  readonly countingDays: number | null;
  readonly health: Health;
  readonly hardware: Hardware;
  readonly families: readonly TuningFamily[];
  /** Every statement as collected, also those that read no table. */
  readonly statements: readonly StatementStats[];
  /** Tables that hold rows of their own. */
  readonly tables: readonly Relation[];
  /** VACUUM's and ANALYZE's counters of a table. */
  maintenance(relation: RelationName): RelationMaintenance | null;
  /** The sequence that fills a column. */
  sequence(relation: RelationName, column: string): SequenceState | null;
  /** A server setting as text; null when not read. */
  setting(name: string): string | null;
  /** A numeric setting in bytes, ms or its bare number; null when not read. */
  amount(name: string): number | null;
  /** A storage parameter of the table, else the server's setting of that name. */
  tableSetting(relation: Relation, name: string): number | null;
  /** Pages that a B-tree would take if it were rebuilt now; null when statistics do not tell. */
  rebuiltPages(relation: Relation, index: RelationName): number | null;
  /** Times per day from a counter since the last reset; null when the window is unknown or under a day. */
  perDay(count: number): number | null;
  readonly options: OptionValues<O>;
}

/** A query family with what only tuning asks of it. */
export interface TuningFamily extends QueryFamily {
  /** Null when its text no longer parses alone. */
  readonly shape: StatementShape | null;
}

/** What a statement does besides reading rows. */
export interface StatementShape {
  /** Columns that an UPDATE assigns; null for other statements. */
  readonly assigns: readonly string[] | null;
  /** Of a locking read: `FOR UPDATE` … and what it does at a locked row. */
  readonly locking: { readonly strength: string; readonly wait: "wait" | "nowait" | "skip-locked" } | null;
  readonly hasAggregate: boolean;
  readonly hasLimit: boolean;
  /** Plain columns of each window's ORDER BY and PARTITION BY. */
  readonly windows: readonly { readonly orderBy: readonly string[]; readonly partitionBy: readonly string[] }[];
  /** DISTINCT ON, or row_number() and its like over a partition. */
  readonly latestPerGroup: boolean;
  /** Names of functions called, sorted. */
  readonly functions: readonly string[];
}

/** How an advice is to be proved. */
export type Trial =
  /** Planned under these settings. `comparable` false: costs before and after are not in the same units. */
  | {
      readonly kind: "settings";
      readonly settings: Readonly<Record<string, string>>;
      readonly comparable: boolean;
      /** Families that must gain; empty = any may. */
      readonly helps: readonly string[];
      /** Least part of the cost, 0–1, that one of them must save. */
      readonly minGain: number;
      /** What counters show although the planner may not see it, as a formula: then the advice stands without a gain. Null: none. */
      readonly otherwise: string | null;
      /** Node types of which a helped plan must still have one; empty = whatever the plan. */
      readonly whileNodes: readonly string[];
    }
  /** Extended statistics built of sampled rows. */
  | {
      readonly kind: "statistics";
      /** Its name. */
      readonly object: RelationName;
      readonly relation: RelationName;
      /** Quoted columns, or expressions in parentheses. */
      readonly targets: readonly string[];
      /** Of the relation, as the planner assumes. */
      readonly rows: number;
      readonly helps: readonly string[];
      /** What a log shows of it, as a sentence's part: then the advice stands, unproved, where no sample can be counted. Null: nothing. */
      readonly logged: string | null;
    }
  /** Combinations of columns counted in sampled rows, and statistics of their number tried. */
  | {
      readonly kind: "groups";
      readonly relation: RelationName;
      /** Quoted columns. */
      readonly targets: readonly string[];
      readonly helps: readonly string[];
    }
  /** Rows that meet a condition on one column are counted in the sample, and statistics with a longer list of its values tried. */
  | {
      readonly kind: "column-target";
      readonly relation: RelationName;
      readonly column: string;
      /** Holds values: never to be printed. */
      readonly condition: string;
      /** Of the relation, as the planner assumes. */
      readonly rows: number;
      readonly expectedRows: number;
      readonly target: number;
      readonly helps: readonly string[];
      /** Why it is unproved where no sample can be counted; null: then nothing is said. */
      readonly otherwise: string | null;
    }
  /** Empty space, reckoned; measured on a copy where there is one. */
  | {
      readonly kind: "size";
      readonly relation: RelationName;
      /** Null: the table's heap. */
      readonly index: RelationName | null;
      /** In production now. */
      readonly bytes: number;
      /** Of the table in production. */
      readonly rows: number;
      /** By the estimate. */
      readonly neededBytes: number;
      /** What must be won for the advice to stand: part of the bytes, 0–1, and bytes. */
      readonly leastShare: number;
      readonly leastBytes: number;
      readonly formula: string;
    }
  /** The table in range partitions of one of its columns. */
  | {
      readonly kind: "partitions";
      readonly relation: RelationName;
      readonly column: string;
      /** Null: the statistics show no times to part by. */
      readonly layout: PartitionLayout | null;
      /** Families whose deletes a dropped partition would replace. */
      readonly deletes: readonly string[];
      /** What counters show all the same, as a formula: the proof where nothing can be planned. */
      readonly otherwise: string;
    }
  /** A stored column of a JSON key with an index on it, the statements written with it, against an index on the expression. */
  | {
      readonly kind: "generated-column";
      readonly relation: RelationName;
      readonly key: KeyColumn;
      /** Families that use the key. */
      readonly users: readonly string[];
      /** Those of them that sort or group by the key: the document of each row is read for it. */
      readonly computing: readonly string[];
    }
  | { readonly kind: "arithmetic"; readonly formula: string }
  | { readonly kind: "unproved"; readonly why: string };

export interface TuningProposal {
  readonly about: Subject;
  /** One sentence without its full stop. */
  readonly message: string;
  /** When it differs from the rule's. */
  readonly severity?: "error" | "warning" | "note";
  readonly evidence: readonly Evidence[];
  readonly apply: readonly string[];
  readonly undo: readonly string[];
  /** Absent: at once. */
  readonly takesEffect?: "at-once" | "reload" | "restart";
  /** What to do where the rule's `remedy` does not say it all. */
  readonly help?: string;
  readonly trial: Trial;
}

/** Looks at a running server and says what to set, make or mend. */
export interface TuningRule<O extends Options = Options> extends RuleMeta<O> {
  readonly kind: "tuning";
  /** A few words for a heading. */
  readonly title: string;
  readonly severity: "error" | "warning" | "note";
  /** When not to follow it; one sentence without its full stop. */
  readonly leaveAlone: string;
  /** Parts of the snapshot without which it cannot judge: the report names it as quiet when one was not read. */
  readonly needs: readonly HealthPart[];
  advise(context: TuningContext<O>): Iterable<TuningProposal>;
}

/** Identity at run time; at compile time it ties the options a rule declares to the values it reads. */
export const tuningRule = <const O extends Options>(rule: Omit<TuningRule<O>, "kind">): TuningRule<O> => ({ kind: "tuning", ...rule });
