/** What a language model was asked in a run, and what came of it. Absent from a report where none was asked. */
export interface AgentReport {
  /** As the user named it. */
  readonly model: string;
  /** Where it ran, in words. */
  readonly where: string;
  /** Statements it was asked about, and the most rounds that one of them took. */
  readonly statements: number;
  readonly rounds: number;
  readonly requests: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Time waiting for its answers. */
  readonly seconds: number;
  /** Changes it proposed, each counted once a statement. */
  readonly proposed: number;
  /** Of them: no rule had proposed it, and the planner proved that it pays on some statement. */
  readonly proved: number;
  /** Recommended in this report. */
  readonly kept: number;
  /** `{class → count}`, by class. The rest of what was proposed: each with its reason among what was rejected, unless it could not be read. */
  readonly refused: Readonly<Record<string, number>>;
  /** Answers that held no proposals in the shape asked for. */
  readonly unusable: number;
  /** Why it was not asked further, as a clause; null when it had said what it had to say. */
  readonly ended: string | null;
  /** Explanations that it wrote, and those that claimed what is not so and are not shown; absent where it was not to write any. */
  readonly words?: { readonly written: number; readonly refused: number };
}
