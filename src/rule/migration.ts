import type { RelationName } from "../domain/postgres.ts";
import type { RelationLock, RelationWork, SchemaChange, VersionedForm } from "../domain/schema-change.ts";
import type { CatalogView } from "./catalog-view.ts";
import type { Options, OptionValues, RuleMeta } from "./rule.ts";
import type { IndexOnTable, TableState, TypeState } from "./table-state.ts";

/** How the tool that applies a migration sends its statements. */
export interface Runner {
  /** As a person calls it: `Flyway`, `psql`. */
  readonly name: string;
  /** All statements of a file run in one transaction, whether it says BEGIN or the file is sent as one string. */
  readonly wrapsInTransaction: boolean;
  /** A file can be told to run without one. */
  readonly canRunOutsideTransaction: boolean;
  /** How: a comment line, a file beside it, a setting; null when nothing is to be said (psql). */
  readonly outsideTransaction: string | null;
}

/** A change the migration has made already, and what it cost. */
export interface PastChange {
  readonly change: SchemaChange;
  /** Position of its statement in the input. */
  readonly statement: number;
  /** Number of the transaction it ran in. */
  readonly transaction: number;
  readonly locks: readonly RelationLock[];
  readonly work: readonly RelationWork[];
  /** What its statement needs of the server, newest first; given with the statement's first change alone. */
  readonly needs: readonly VersionedForm[];
}

/** The transaction a statement runs in. */
export interface TransactionState {
  readonly id: number;
  /** `wrapped`: the runner opened it; `block`: the file's own BEGIN; `none`: each statement commits by itself. */
  readonly kind: "none" | "wrapped" | "block";
  /** Locks that earlier statements of it hold on relations which were there before the migration. */
  readonly held: readonly RelationLock[];
}

/** What the migration has done so far, and what the catalog said before it began. */
export interface MigrationState {
  /** False when the state before the migration is not known: then a table not made here may look like anything. */
  readonly hasCatalog: boolean;
  /** True when the relation was created earlier in this migration, so nobody else uses it yet. */
  createdHere(relation: RelationName): boolean;
  /** Null when nothing is known of it. */
  table(relation: RelationName): TableState | null;
  tables(): readonly TableState[];
  /** The table an index belongs to, with the index; null when not known. */
  index(name: RelationName): IndexOnTable | null;
  type(name: RelationName): TypeState | null;
  /** True when a valid CHECK, NOT NULL or primary key already rules out nulls. */
  provenNotNull(relation: RelationName, column: string): boolean;
  /** Partitions and inheritance children, all levels. */
  children(relation: RelationName): readonly TableState[];
  readonly transaction: TransactionState;
  /** A session setting as the migration, or the server, has it; null when unknown. In the spelling given. */
  setting(name: string): string | null;
  /** Same transaction or not, in order. */
  readonly earlier: readonly PastChange[];
}

export interface MigrationContext<O extends Options = Options> {
  /** Before the migration; an empty one when not known. */
  readonly catalog: CatalogView;
  /** Major version, e.g. 17. */
  readonly postgres: number;
  /** `server_version_num`, e.g. 140002; null when only the major version is known. */
  readonly serverVersion: number | null;
  readonly runner: Runner;
  /** Sizes and counters of the catalog are production's, not those of an empty schema. */
  readonly hasFigures: boolean;
  /** Days since the usage counters were reset; null when unknown. */
  readonly countingDays: number | null;
  /** The statement as written; empty when the whole migration is judged. */
  readonly sql: string;
  /** Locks and work of the change under judgement. */
  readonly locks: readonly RelationLock[];
  readonly work: readonly RelationWork[];
  readonly options: OptionValues<O>;
}

export type Severity = "error" | "warning" | "note";

export interface Verdict {
  /** What happens, to which object. One sentence without its full stop. */
  readonly message: string;
  /** What to do, where SQL does not say it. */
  readonly help?: string;
  /** Statements that reach the same schema safely, in order, for the runner in use. */
  readonly safer: readonly string[];
  /** The relation it is about: with a size, the finding gets it. */
  readonly about?: RelationName;
  /** What a scratch run can disprove: the finding goes when it sees no such work. */
  readonly rests?: RelationWork["kind"];
  /** Indexes beside which it stands: the finding goes when the migration drops them all afterwards. */
  readonly beside?: readonly RelationName[];
  /** When it differs from the rule's. */
  readonly severity?: Severity;
}

/** A verdict passed when the whole migration has been read. */
export interface LateVerdict extends Verdict {
  readonly at: PastChange;
}

/** Judges one DDL change. Checked by running it in a scratch database. */
export interface MigrationRule<O extends Options = Options> extends RuleMeta<O> {
  readonly kind: "migration";
  /** A few words for a heading. */
  readonly title: string;
  /** Suggested; the configuration decides. */
  readonly severity: Severity;
  /** Style and policy: says nothing unless the configuration gives it a level. */
  readonly offByDefault?: boolean;
  /** Ids (without `migration/`) of rules that say less about the same change: their findings on it are left out. */
  readonly insteadOf?: readonly string[];
  /** The server refuses the statement: nothing else is said about it. */
  readonly refuses?: boolean;
  judge?(change: SchemaChange, before: MigrationState, context: MigrationContext<O>): Verdict | null;
  conclude?(after: MigrationState, context: MigrationContext<O>): Iterable<LateVerdict>;
}

/** Identity at run time; at compile time it ties the options a rule declares to the values it reads. */
export const migrationRule = <const O extends Options>(rule: Omit<MigrationRule<O>, "kind">): MigrationRule<O> => ({
  kind: "migration",
  ...rule,
});
