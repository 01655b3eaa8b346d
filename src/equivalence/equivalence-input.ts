import type { Snapshot } from "../domain/snapshot.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";

/** Two statements to hold against each other. */
export interface EquivalenceInput {
  readonly before: string;
  readonly after: string;
  /** Its schema; statistics are not read. */
  readonly snapshot: Snapshot;
  /** A rule that vouches for the pair: its preconditions hold for this catalog. */
  readonly rule?: { readonly id: string; readonly assumptions: readonly string[] };
  readonly parser: SqlParser;
  readonly seed: number;
  /** Of computing time; on the clock of a busy machine up to three times as much. */
  readonly budgetMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Compare rows alone, whatever the columns are called and of whatever type. Default false. */
  readonly rowsOnly?: boolean;
  /** Times as many databases as usual; default 1. The time budget still holds. */
  readonly effort?: number;
}
