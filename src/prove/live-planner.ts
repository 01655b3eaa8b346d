import type { Planner } from "../contract/planner.ts";
import type { SqlSession } from "../contract/sql-session.ts";
import { openSessionExplainer } from "./session-explainer.ts";

const noIndexes = "a live server plans with the indexes that it has: it neither adds nor hides one";

/**
 * Plans on the server itself, with its indexes as they are: for holding other planners against it. Prepares nothing and hides
 * nothing. The session must be read-only; closing the planner closes it.
 */
export async function openLivePlanner(session: SqlSession): Promise<Planner> {
  const explainer = await openSessionExplainer(session);
  return {
    backend: "live",
    description: `live (${serverWords(explainer.versionNumber)})`,
    gaps: [],
    hidesIndexes: false,
    cautions: () => [],
    prepare: async () => ({ kind: "refused", sqlState: "0A000", message: noIndexes }),
    plan: async (sql, whatIf, options = {}) =>
      whatIf.show.length > 0 || whatIf.hide.length > 0
        ? { kind: "failed", sqlState: "0A000", message: noIndexes }
        : explainer.plan(sql, options.generic ?? false),
    parameterTypes: (sql) => explainer.parameterTypes(sql),
    close: () => session.close(),
  };
}

/** `PostgreSQL 15.13`. */
export function serverWords(versionNumber: number): string {
  return `PostgreSQL ${Math.floor(versionNumber / 10_000)}.${versionNumber % 10_000}`;
}
