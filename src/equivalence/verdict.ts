import type { CoverageSummary } from "./coverage.ts";

/** What is known about two statements giving the same result. */
export type Verdict =
  /** A rule whose preconditions hold made one from the other, and no test told them apart. */
  | { readonly verdict: "proved"; readonly by: string; readonly assumptions: readonly string[]; readonly tests: TestSummary }
  /** No difference found; this is evidence, not proof. */
  | { readonly verdict: "tested"; readonly tests: TestSummary }
  | { readonly verdict: "different"; readonly counterExample: CounterExample; readonly tests: TestSummary }
  | { readonly verdict: "unsupported"; readonly reason: string };

export interface TestSummary {
  /** Databases filled and asked. */
  readonly databases: number;
  /** Of them, those where the first statement returned at least one row. */
  readonly nonEmpty: number;
  /** Sessions (TimeZone, DateStyle) the databases were spread over. */
  readonly sessions: readonly string[];
  readonly seed: number;
  /** Single changes of the first statement that the data tell from it. Null when none could be made. */
  readonly mutation: MutationScore | null;
  /** Conditions of both statements and their joins, as the databases showed them. Null when nothing was watched: large statements. */
  readonly coverage: CoverageSummary | null;
  /** Why less trust is due, in words: "weakly tested", a table that stayed empty, an order that rows alone decide. */
  readonly warnings: readonly string[];
}

export interface MutationScore {
  readonly mutants: number;
  readonly killed: number;
  /** What was changed in those that survived: untested parts of the statement, or changes that mean the same. */
  readonly survivors: readonly string[];
}

export interface CounterExample {
  /**
   * `rows`: other rows. `order`: the same rows in another order. `error`: one of them fails. `contract`: names, types or number of columns,
   * or parameters.
   */
  readonly kind: "rows" | "order" | "error" | "contract";
  readonly explanation: string;
  /** SET commands, in order. */
  readonly settings: readonly string[];
  /** INSERT statements, in order; empty for an empty database. */
  readonly inserts: readonly string[];
  /** `$1`, `$2`, … as SQL. */
  readonly parameters: readonly string[];
  readonly before: ShownResult;
  readonly after: ShownResult;
  /** All of it for psql, in a transaction that is rolled back. */
  readonly script: string;
}

export type ShownResult =
  | {
      readonly kind: "rows";
      readonly columns: readonly string[];
      readonly rows: readonly (readonly (string | null)[])[];
      readonly rowCount: number;
    }
  | { readonly kind: "error"; readonly sqlState: string | null; readonly message: string };
