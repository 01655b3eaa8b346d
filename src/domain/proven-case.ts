import type { IndexDefinition } from "./candidate.ts";
import type { AccessMethod } from "./postgres.ts";

/** A statement, a change, and what the prover found: advice that has been right once, or was refused. Plain JSON, in `corpus/`. */
export interface ProvenCase {
  /** Folderless name, unique in the corpus: `btree-equality-then-sort-3f2a`. */
  readonly id: string;
  readonly verdict: "helps" | "refused";
  readonly kind: "index" | "rewrite";
  /** Class of the change without names: `btree column-integer column-moment`. */
  readonly changeClass: string;
  /** Ids of the rules that proposed it. */
  readonly rules: readonly string[];
  /** Cases of one application are on one side: `held-out` ones tune nothing. */
  readonly split: "gallery" | "held-out";
  /** DDL, with figures as comments: statistics and schema in one, as `--schema` takes it. */
  readonly schema: string;
  readonly statement: string;
  /** The index's DDL, or the rewritten statement. */
  readonly change: string;
  /** What `change` says of an index; null for a rewrite. */
  readonly index: IndexDefinition | null;
  /** Null for a rewrite, and for an index whose keys do not all come from the statement. */
  readonly template: ChangeTemplate | null;
  /** The statement's access-path problem as it is embedded, and the version of that text. */
  readonly shape: string;
  readonly shapeVersion: number;
  readonly before: CasePlan;
  readonly after: CasePlan;
  /** Why it was refused; null for one that helps. */
  readonly because: string | null;
  /** Planner that proved it: "shadow (PGlite 18.6)". */
  readonly planner: string;
  /** Where the idea is from: documentation, a paper, a rule's README. */
  readonly source: string;
  readonly licence: string;
}

export interface CasePlan {
  /** Planner cost units. */
  readonly totalCost: number;
  /** One node a line, indented as it nests: `Index Scan on orders using …`. */
  readonly nodes: readonly string[];
}

/** An index without names: each key says which part of the statement it came from. */
export interface ChangeTemplate {
  readonly accessMethod: AccessMethod;
  readonly keys: readonly TemplateKey[];
  /** Every column the statement reads of this relation that is no key. */
  readonly covering: boolean;
  /** The conditions the index holds as its own predicate. */
  readonly partial: readonly Slot[];
  readonly storage: Readonly<Record<string, string>>;
  readonly extension: string | null;
}
export interface TemplateKey {
  readonly slot: Slot;
  readonly operatorClass: string | null;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}
/** A part of a scan: what it is, in the words of the shape text, and which of several that are alike. */
export interface Slot {
  readonly part: "where" | "sort" | "group" | "extreme";
  readonly words: string;
  readonly ordinal: number;
}
