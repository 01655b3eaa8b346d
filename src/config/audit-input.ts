import type { Hardware } from "../domain/tuning.ts";
import type { ModelInput } from "./model-input.ts";

/** Where the facts of an audit come from. */
export type AuditSource =
  /** No `url`: PG* variables, service file and .pgpass as libpq reads them. */
  | { readonly kind: "url"; readonly url?: string }
  | { readonly kind: "snapshot"; readonly path: string }
  | { readonly kind: "schema"; readonly path: string }
  | { readonly kind: "demo" };

export const plannerNames = ["auto", "shadow", "native", "hypopg"] as const;
export type PlannerName = (typeof plannerNames)[number];

/** All that an audit must be told: what `wire.ts` takes and the commands make. */
export interface AuditInput {
  readonly source: AuditSource;
  /** SQL file with the statements to advise on, instead of pg_stat_statements. */
  readonly statementsFile?: string;
  /** Go on without the statements of the file that do not parse; absent: they are an error. */
  readonly skipInvalid?: boolean;
  /** Server logs whose executions give statements, values and plans. */
  readonly logFiles?: readonly string[];
  /** Statements with the most total time to look at. */
  readonly top: number;
  readonly minCalls: number;
  /** Empty: every user schema. */
  readonly includeSchemas: readonly string[];
  readonly excludeSchemas: readonly string[];
  /** Null: no limit. */
  readonly maxIndexes: number | null;
  /** Part of the database's size that new indexes may take, 0.1 = 10 %; null: no limit. */
  readonly maxGrowth: number | null;
  /** Bytes that `maxGrowth` always allows: 10 % of a small database is less than one useful index. Absent: 0. */
  readonly growthFloorBytes?: number;
  /** Bytes that new indexes may take together; null: no limit. */
  readonly maxBytes: number | null;
  /** New indexes on one table; null or absent: no limit. */
  readonly maxPerTable?: number | null;
  /** Estimated time to build all new indexes, in ms; null or absent: no limit. */
  readonly maxBuildMs?: number | null;
  /** Absent: balanced. */
  readonly goal?: "balanced" | "smallest" | "fastest";
  /** Print literals of statements and statistics in the report. */
  readonly withValues: boolean;
  /** Leave most common values and histogram bounds unread. */
  readonly redactValues: boolean;
  readonly statementTimeoutMs: number;
  /** Null: until done. */
  readonly timeBudgetMs: number | null;
  /** Read the least and greatest value of indexed columns, as the planner would. */
  readonly readEnds: boolean;
  /** Read some rows of each table (row content, kept in the snapshot). Absent: no. */
  readonly sampleRows?: boolean;
  /** Directory for the shadow's boot template; null: keep none; absent: the default place. */
  readonly cacheDirectory?: string | null;
  /** Who plans: the embedded shadow, one on an installed PostgreSQL of production's major, HypoPG on the server. Absent: auto. */
  readonly planner?: PlannerName;
  /** A disposable server, as superuser, to make the shadow on. */
  readonly shadowUrl?: string;
  /** A copy of production on which the chosen set is made, measured and undone. */
  readonly copy?: {
    readonly url: string;
    /** The user says that it is a copy, where its system identifier cannot be read. */
    readonly isVouchedFor: boolean;
    /** Longest single run of a statement there. */
    readonly timeoutMs: number;
  };
  /** How statements are compared with proven cases. Absent: they are not. */
  readonly embedding?: EmbeddingInput;
  /** A language model to ask where rules found little. Absent: none. */
  readonly model?: ModelInput;
  /** What no query tells of the machine. Absent: nothing is known. */
  readonly hardware?: Hardware;
  /** Rule id → option → value; options left out keep the rule's default. */
  readonly ruleOptions: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** What says how alike two statements are; what is sent to a server is the shape text, which has no names and no values. */
export interface EmbeddingInput {
  readonly backend: "local" | "server" | "pgml" | "words";
  readonly model: string;
  readonly url?: string | undefined;
  /** Environment variable that holds a server's key. */
  readonly keyVariable: string;
  readonly device: "auto" | "cpu" | "gpu";
  readonly precision: "fp32" | "q8";
}

/** What `collect` must be told. */
export interface CollectInput {
  readonly url?: string;
  /** Server logs whose executions give statements, values and plans. */
  readonly logFiles?: readonly string[];
  readonly outputPath: string;
  readonly top: number;
  readonly minCalls: number;
  readonly includeSchemas: readonly string[];
  readonly excludeSchemas: readonly string[];
  readonly redactValues: boolean;
  readonly statementTimeoutMs: number;
  readonly readEnds: boolean;
  /** Read some rows of each table (row content, kept in the snapshot). Absent: no. */
  readonly sampleRows?: boolean;
}

/** A rule as `plansmith rules` lists it and as a configuration is checked against. */
export interface ListedRule {
  /** `<kind>/<name>`. */
  readonly id: string;
  readonly kind: string;
  readonly detects: string;
  readonly effect: string;
  readonly remedy: string;
  readonly sources: readonly { readonly url: string; readonly says: string }[];
  readonly gates: readonly { readonly from: number; readonly changes: string }[];
  readonly options: Readonly<Record<string, ListedOption>>;
}
export interface ListedOption {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
  readonly doc: string;
}
