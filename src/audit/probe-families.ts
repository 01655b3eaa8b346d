import { createHash } from "node:crypto";
import type { Candidate } from "../domain/candidate.ts";
import type { QueryFamily } from "../domain/workload.ts";

interface CandidateProbe {
  readonly candidate: string;
  readonly sql: string;
  readonly calls: number;
  readonly label: string;
}

/**
 * Statements that PostgreSQL runs on its own (foreign-key checks), as families beside the workload's, and the
 * candidates with these added to what they help. Their share of the time is unknown, so 0.
 */
export function withProbes(
  candidates: readonly Candidate[],
  probes: readonly CandidateProbe[],
): { families: QueryFamily[]; candidates: Candidate[] } {
  const families = new Map<string, QueryFamily>();
  const helps = new Map<string, Set<string>>();
  for (const probe of probes) {
    const candidate = candidates.find((each) => each.id === probe.candidate);
    if (candidate?.change.kind !== "create-index") continue;
    const id = `internal-${createHash("sha256").update(probe.sql).digest("hex").slice(0, 12)}`;
    families.set(id, familyOf(id, probe, candidate.change.index));
    helps.set(candidate.id, (helps.get(candidate.id) ?? new Set()).add(id));
  }
  return {
    families: [...families.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    candidates: candidates.map((candidate) => ({
      ...candidate,
      helps: [...new Set([...candidate.helps, ...(helps.get(candidate.id) ?? [])])].toSorted(),
    })),
  };
}

function familyOf(id: string, probe: CandidateProbe, index: { readonly relation: QueryFamily["scans"][number]["relation"] }): QueryFamily {
  return {
    id,
    fingerprint: id,
    sql: probe.sql,
    normalizedSql: probe.sql,
    statements: [],
    kind: "select",
    load: { calls: probe.calls, callsPerDay: null, meanTimeMs: null, share: 0 },
    // Only the relation matters here: it says which indexes can change the plan.
    scans: [
      {
        relation: index.relation,
        alias: "x",
        role: "read",
        predicates: [],
        disjunctions: [],
        sort: [],
        grouping: [],
        columnsRead: [],
        limit: null,
        extremes: [],
      },
    ],
    examples: [{ kind: "generic", sql: probe.sql, values: {} }],
    parameterCount: 1,
    place: probe.label,
  };
}
