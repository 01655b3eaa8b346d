import type { Candidate } from "../domain/candidate.ts";
import { changeId } from "../domain/index-sql.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { QueryFamily, Workload } from "../domain/workload.ts";
import { parseViews, searchPathOf } from "../group/group.ts";
import { variantFamily } from "../group/variant-family.ts";
import type { Proposed } from "../propose/propose.ts";
import { type RuleFailure, type Variant, variantsOf } from "../rewrite/propose-rewrites.ts";
import { unifiedDiff } from "../rewrite/unified-diff.ts";
import type { AuditOptions, AuditTools } from "./audit.ts";

/** A statement of the workload in other words. */
export interface StatementVariant extends Omit<Variant, "after"> {
  readonly after: string;
  readonly diff: string;
  /** `QueryFamily.id` of the statement it may stand for. */
  readonly of: string;
  /** The variant as a statement that indexes can be proposed for and that can be planned; null for what is not to be planned. */
  readonly family: QueryFamily | null;
  /** Id of the language model that proposed it; absent: rules did. */
  readonly model?: string;
}

export interface ProposedVariants {
  readonly variants: readonly StatementVariant[];
  /** `{QueryFamily.id → why no rule may touch the statement}`. */
  readonly leftAlone: ReadonlyMap<string, string>;
  readonly failures: readonly RuleFailure[];
}

/** What the rewrite rules make of every SELECT, before anything is planned. Empty when the tools rewrite nothing; a run that must end keeps those it has. */
export async function proposeVariants(
  workload: Workload,
  snapshot: Snapshot,
  { tools, options, mustEnd }: { readonly tools: AuditTools; readonly options: AuditOptions; readonly mustEnd: () => boolean },
): Promise<ProposedVariants> {
  const variants: StatementVariant[] = [];
  const leftAlone = new Map<string, string>();
  const failures: RuleFailure[] = [];
  if (!tools.rewrites) return { variants, leftAlone, failures };
  const { parser } = tools;
  const names = { searchPath: searchPathOf(snapshot), viewTrees: await parseViews(snapshot.catalog, parser) };
  const book = { snapshot, names, rules: tools.rewrites.rules, ruleOptions: options.ruleOptions, parser };
  const families = workload.families.filter((family) => family.kind === "select");
  for (const family of workload.families) if (family.kind !== "select") leftAlone.set(family.id, "only SELECT statements are rewritten");
  for (const [position, family] of families.entries()) {
    if (mustEnd()) break;
    options.onProgress("rewrite", position, families.length);
    const found = await variantsOf(family.sql, book, failures);
    if (found.leftAlone !== null) leftAlone.set(family.id, found.leftAlone);
    for (const [at, { after, ...variant }] of found.variants.entries()) {
      if (after === null) continue;
      const id = `${family.id}/variant-${at + 1}`;
      const described =
        variant.contract === "same-result" ? await variantFamily(family, { id, sql: after }, { snapshot, parser, names }) : null;
      variants.push({ ...variant, after, diff: unifiedDiff(variant.before, after), of: family.id, family: described });
    }
  }
  return { variants, leftAlone, failures };
}

const suggestedBecause = "the statement can use it once it is rewritten";

/** The candidates, and beside them the indexes that variants ask for themselves. */
export function withSuggested(proposed: Proposed, variants: readonly StatementVariant[]): Proposed {
  const byId = new Map(proposed.candidates.map((candidate) => [candidate.id, candidate]));
  for (const { suggests, family, rules } of variants)
    for (const index of suggests) {
      if (family === null) continue;
      const change = { kind: "create-index" as const, index };
      const id = changeId(change);
      const known: Candidate = byId.get(id) ?? { id, change, helps: [], proposedBy: [], reason: suggestedBecause };
      const proposers = [...known.proposedBy, ...rules.map((rule) => ({ kind: "rule" as const, id: rule }))];
      byId.set(id, {
        ...known,
        helps: [...new Set([...known.helps, family.id])].toSorted(),
        proposedBy: proposers.filter((each, at) => proposers.findIndex((other) => other.kind === each.kind && other.id === each.id) === at),
      });
    }
  const own = new Set(variants.flatMap(({ family }) => (family === null ? [] : [family.id])));
  return {
    ...proposed,
    candidates: [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    // What a rule rules out for words that nobody wrote yet is no news.
    refused: proposed.refused.filter(({ candidate }) => candidate.helps.length === 0 || candidate.helps.some((id) => !own.has(id))),
  };
}
