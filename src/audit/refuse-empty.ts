import type { Snapshot } from "../domain/snapshot.ts";
import { AdvisorError } from "../errors.ts";

/** An audit of nothing would print "no advice" and be believed: says what is missing instead. An idle server with all rights is no error. */
export function refuseEmpty(snapshot: Snapshot): void {
  const { catalog, server, gaps } = snapshot;
  if (!catalog.relations.some((relation) => relation.kind !== "view"))
    throw new AdvisorError("INPUT_INVALID", `Database "${server.database}" has no table to advise on.`, {
      hint: "Check the database name, --include-schema and --exclude-schema.",
    });
  const gap = gaps.find((each) => each.area === "statements");
  if (snapshot.statements.length > 0 || !gap) return;
  const installed = catalog.extensions.some((extension) => extension.name === "pg_stat_statements");
  throw new AdvisorError(installed ? "PERMISSION_DENIED" : "EXTENSION_MISSING", `No statement could be read: ${gap.what}: ${gap.why}.`, {
    hint: gap.remedy ?? "Give the statements in a file with --statements.",
  });
}
