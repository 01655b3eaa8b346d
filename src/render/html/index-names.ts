import type { Plan, PlanNode } from "../../domain/plan.ts";
import type { Recommendation } from "../../domain/recommendation.ts";

/** A plan whose new indexes are called as `apply` calls them: planners know a candidate under a name with its id. */
export function withShownNames(plan: Plan, names: ReadonlyMap<string, string>): Plan {
  const rename = (node: PlanNode): PlanNode => ({
    ...node,
    index: node.index === null ? null : shownName(node.index, names),
    children: node.children.map(rename),
  });
  return { ...plan, root: rename(plan.root) };
}

/** Candidate id → the name of the index that its recommendation makes. */
export function madeNames(recommendations: readonly Recommendation[]): ReadonlyMap<string, string> {
  return new Map(
    recommendations.flatMap(({ candidate, apply }) => {
      const name = candidate.change.kind === "create-index" ? createdName(apply) : null;
      return name === null ? [] : [[candidate.id, name] as const];
    }),
  );
}

function shownName(index: string, names: ReadonlyMap<string, string>): string {
  for (const [id, name] of names) if (index.includes(id)) return name;
  return index;
}

/** The first index that our own DDL makes: for a partitioned table the parent's. */
function createdName(apply: readonly string[]): string | null {
  for (const sql of apply) {
    const match = /^CREATE INDEX (?:CONCURRENTLY )?(?:"((?:[^"]|"")+)"|([\w$]+)) ON /u.exec(sql);
    if (match) return match[1]?.replaceAll('""', '"') ?? match[2] ?? null;
  }
  return null;
}
