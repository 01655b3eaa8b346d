import type { Measurements } from "../contract/measurer.ts";
import type { SqlSession } from "../contract/sql-session.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { Manifest } from "./manifest.ts";
import type { TimingLimits } from "./time-statement.ts";

/** Where statements are run, and as what it stands for. */
export interface Bench {
  readonly session: SqlSession;
  readonly manifest: Manifest;
  readonly production: Snapshot;
  readonly limits: TimingLimits;
}

export type Caution = Measurements["cautions"][number];
