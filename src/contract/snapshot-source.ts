import type { Snapshot } from "../domain/snapshot.ts";
import type { OnProgress } from "./progress.ts";

/** Where a snapshot comes from: a live server, a file saved earlier, a schema on paper. */
export interface SnapshotSource {
  /** What cannot be read becomes a gap; throws AdvisorError only when nothing useful can be read. */
  read(options: { readonly signal?: AbortSignal; readonly onProgress?: OnProgress }): Promise<Snapshot>;
}
