/** Statements of one workload that ask for the same kind of access: one cause and, often, one remedy. */
export interface Pattern {
  /** Of its statements' access paths: the same in the next report while they are the same. */
  readonly id: string;
  /** "Lookups by a key inside jsonb". */
  readonly title: string;
  /** What most of them have in common, in words; tables, plans of today. */
  readonly detail: string;
  /** Family ids, largest share first. */
  readonly families: readonly string[];
  /** Part of the workload's time that they take together, 0–1. */
  readonly share: number;
  /** How many of them some recommendation serves. */
  readonly servedCount: number;
  /** The recommendation that serves most of them; null when none serves any. */
  readonly remedy: { readonly recommendation: string; readonly title: string; readonly serves: number } | null;
}
