import type { Candidate, Change, IndexDefinition } from "../domain/candidate.ts";
import { changeId } from "../domain/index-sql.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { QueryFamily, Workload } from "../domain/workload.ts";
import { type CatalogView, catalogView } from "../rule/catalog-view.ts";
import type { Context, Options, OptionValues, Probe, Proposal, Rule } from "../rule/rule.ts";

/** Values a user set, by rule id and option name. */
export type RuleOptions = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface Proposed {
  /** Sorted by id, so that equal input gives an equal run. */
  readonly candidates: readonly Candidate[];
  /** Looked at by a rule and ruled out on facts. */
  readonly refused: readonly { readonly candidate: Candidate; readonly because: string }[];
  /** Statements PostgreSQL itself runs, with the candidate each speaks for. */
  readonly probes: readonly (Probe & { readonly candidate: string })[];
  /** A rule that threw is a bug: named, and the run goes on. */
  readonly failures: readonly { readonly rule: string; readonly error: unknown }[];
}

/** Runs every rule over every scan and relation and merges equal changes into one candidate. */
export function propose(workload: Workload, snapshot: Snapshot, rules: ReadonlyMap<string, Rule>, options: RuleOptions): Proposed {
  const drafts = new Map<string, Draft>();
  const refused = new Map<string, Draft>();
  const probes: (Probe & { candidate: string })[] = [];
  const failures: { rule: string; error: unknown }[] = [];
  const catalog = catalogView(snapshot.catalog);

  for (const [id, rule] of rules) {
    const context: Context<Options> = {
      catalog,
      postgres: snapshot.server.major,
      countingDays: countingDays(snapshot),
      databaseCollation: snapshot.server.collation,
      options: optionValues(rule.options ?? {}, options[id] ?? {}),
    };
    const take = (proposal: Proposal, family: QueryFamily | null) => {
      for (const each of onChildren(proposal, catalog)) takeOne(each, family);
    };
    const takeOne = (proposal: Proposal, family: QueryFamily | null) => {
      const change = changeOf(proposal);
      const known = proposal.kind === "refuse" ? refused : drafts;
      const draft = known.get(changeId(change)) ?? {
        change,
        helps: new Set<string>(),
        rules: new Set<string>(),
        because: proposal.because,
      };
      known.set(changeId(change), draft);
      draft.rules.add(id);
      if (family) draft.helps.add(family.id);
      if (proposal.kind === "create") for (const probe of proposal.probes ?? []) probes.push({ ...probe, candidate: changeId(change) });
    };
    try {
      for (const family of workload.families)
        for (const scan of family.scans) for (const proposal of rule.propose?.(scan, context) ?? []) take(proposal, family);
      for (const relation of snapshot.catalog.relations)
        for (const proposal of rule.inspect?.(relation, context) ?? []) take(proposal, null);
    } catch (error) {
      failures.push({ rule: id, error });
    }
  }

  return {
    candidates: [...drafts.values()].map(candidateOf).toSorted(byId),
    // What another rule proposes for good reasons is not refused: the prover decides.
    refused: [...refused]
      .filter(([id]) => !drafts.has(id))
      .map(([, draft]) => ({ candidate: candidateOf(draft), because: draft.because }))
      .toSorted((a, b) => byId(a.candidate, b.candidate)),
    probes,
    failures,
  };
}

/**
 * The proposal, and for a table that others inherit from the same index on each of them: unlike an index of a partitioned table,
 * one of a parent holds the parent's own rows alone, while its statements read all. https://www.postgresql.org/docs/current/ddl-inherit.html
 */
function onChildren(proposal: Proposal, catalog: CatalogView): readonly Proposal[] {
  if (proposal.kind === "drop" || catalog.find(proposal.index.relation)?.kind !== "table") return [proposal];
  const heirs = catalog.children(proposal.index.relation).filter((child) => child.kind === "table" && child.currentPages > 0);
  const own = { ...proposal, ...(proposal.kind === "create" ? { probes: [] } : {}) };
  return [proposal, ...heirs.map(({ schema, name }): Proposal => ({ ...own, index: { ...proposal.index, relation: { schema, name } } }))];
}

interface Draft {
  readonly change: Change;
  readonly helps: Set<string>;
  readonly rules: Set<string>;
  readonly because: string;
}

function candidateOf(draft: Draft): Candidate {
  return {
    id: changeId(draft.change),
    change: draft.change,
    helps: [...draft.helps].toSorted(),
    proposedBy: [...draft.rules].toSorted().map((id) => ({ kind: "rule", id })),
    reason: draft.because,
  };
}

function changeOf(proposal: Proposal): Change {
  if (proposal.kind === "drop") return { kind: "drop-index", index: proposal.index, relation: proposal.relation };
  return { kind: "create-index", index: withoutRepeats(proposal.index) };
}

/** A key column repeated, or included although it is a key, is dropped: PostgreSQL takes it and stores it twice. */
function withoutRepeats(index: IndexDefinition): IndexDefinition {
  const keys = index.keys.filter(
    (key, at) => index.keys.findIndex((other) => other.sql === key.sql && other.operatorClass === key.operatorClass) === at,
  );
  const keyColumns = new Set(keys.map((key) => key.column));
  return { ...index, keys, include: [...new Set(index.include)].filter((column) => !keyColumns.has(column)).toSorted() };
}

function optionValues(declared: Options, given: Readonly<Record<string, number>>): OptionValues<Options> {
  return Object.fromEntries(Object.entries(declared).map(([name, option]) => [name, given[name] ?? option.default]));
}

/** Days since the counters were reset; null when unknown, and on a standby, whose counters do not see the primary's reads. */
function countingDays(snapshot: Snapshot): number | null {
  if (snapshot.server.standby) return null;
  const since = snapshot.server.countingSince;
  return since === null ? null : (Date.parse(snapshot.collectedAt) - Date.parse(since)) / 86_400_000;
}

function byId(a: Candidate, b: Candidate): number {
  return a.id < b.id ? -1 : 1;
}
