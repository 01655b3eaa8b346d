import type { Node } from "@pgsql/types";
import type { Catalog } from "../domain/catalog.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { Finding } from "../domain/report.ts";
import type { RelationLock, RelationWork, SchemaChange } from "../domain/schema-change.ts";
import type { MigrationRule, Runner, Severity } from "../rule/migration.ts";

/** One statement of a migration, in the order of application. */
export interface MigrationStatement {
  readonly file: string;
  /** Of its first token, from 1. */
  readonly line: number;
  readonly column: number;
  readonly sql: string;
  /** Null for text that no grammar knows: passed over. */
  readonly node: Node | null;
  /** How its file is run, where that differs from the runner's way. */
  readonly runner?: Runner;
  /** Applied in an earlier change already: it moves the state on, and nothing is said about it. */
  readonly context?: boolean;
}

/** What a scratch run saw of one statement. */
export interface Observed {
  /** Null: they could not be seen. */
  readonly locks: readonly RelationLock[] | null;
  readonly work: readonly RelationWork[];
  /**
   * Kinds of work that the run would have seen; a finding which rests on another kind stands. A run on tables without rows
   * sees rewrites, and scans by their messages alone.
   */
  readonly sees: readonly RelationWork["kind"][];
  readonly error: { readonly sqlState: string; readonly message: string } | null;
}

export interface JudgeInput {
  readonly statements: readonly MigrationStatement[];
  /** Before the migration; null = text alone. */
  readonly catalog: Catalog | null;
  /** The catalog's sizes and counters are production's. Absent: false. */
  readonly hasFigures?: boolean;
  /** Days since the usage counters were reset. */
  readonly countingDays?: number | null;
  /** Major version. */
  readonly postgres: number;
  /** `server_version_num`. */
  readonly serverVersion?: number | null;
  readonly runner: Runner;
  readonly rules: ReadonlyMap<string, MigrationRule>;
  /** By rule id; `off` silences. */
  readonly levels?: Readonly<Record<string, Severity | "off">>;
  readonly options?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** `search_path`; absent: public. */
  readonly searchPath?: readonly string[];
  /** Settings of the role or database, e.g. `lock_timeout`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Work on tables smaller than this is a note at most, where figures are known; absent: 10 MiB. */
  readonly smallTableBytes?: number;
  /** By position in `statements`. */
  readonly observed?: ReadonlyMap<number, Observed>;
}

export interface JudgedFinding extends Finding {
  /** Position in `statements`. */
  readonly statement: number;
  readonly about: RelationName | null;
}

/** What one statement does, as far as text and catalog tell, or as it was observed. */
export interface StatementEffect {
  readonly statement: number;
  readonly changes: readonly SchemaChange[];
  readonly locks: readonly RelationLock[];
  readonly work: readonly RelationWork[];
  /** Statements with the same number run in one transaction. */
  readonly transaction: number;
  readonly inTransaction: boolean;
}

export interface Judgement {
  /** In the order of statements, then by rule. */
  readonly findings: readonly JudgedFinding[];
  readonly effects: readonly StatementEffect[];
  /** A rule that threw is a bug: named, and the rest goes on. */
  readonly failures: readonly { readonly rule: string; readonly error: unknown }[];
}
