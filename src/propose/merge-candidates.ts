import type { Candidate, CandidateKey, IndexDefinition, Proposer } from "../domain/candidate.ts";
import { groupBy } from "../domain/group-by.ts";
import { changeId, createIndexSql } from "../domain/index-sql.ts";
import { relationKey } from "../domain/postgres.ts";

/** An index that was proved alone on some statements, and what it saves there, in any unit that adds up. */
export interface ProvedIndex {
  readonly candidate: Candidate;
  /** {family → saved} */
  readonly saved: ReadonlyMap<string, number>;
}

/** Made for each relation, those of the best parents first. */
const mostEach = 16;
/** Made in all: over many tables proving thousands more would take longer than they are worth. */
const mostInAll = 200;
/** Parents of one relation that are combined: a pair has up to five children. */
const parentsEach = 12;

interface Draft {
  readonly index: IndexDefinition;
  readonly helps: readonly string[];
  readonly saved: number;
  readonly proposedBy: readonly Proposer[];
  readonly reason: string;
}

/**
 * Indexes that no rule proposes because no single statement asks for them, made from those proved alone (index merging: Chaudhuri &
 * Narasayya, ICDE 1999). For two of one relation: all keys of one and then the other's, what either includes included, in both
 * orders; the keys of one under the other's predicate. For a covering one: the same without INCLUDE. They serve byte budgets: one index
 * in place of two, or a part of one. None that `known` has or that an index which exists would serve (`isThere`); at most 16 a relation and 200 in all, those whose parents save most; sorted by id.
 */
export function mergeCandidates(
  proved: readonly ProvedIndex[],
  known: readonly Candidate[],
  isThere: (index: IndexDefinition) => boolean = () => false,
): readonly Candidate[] {
  const ids = new Set(known.map(({ id }) => id));
  const onRelation = groupBy(proved, ({ candidate: { change } }) =>
    change.kind === "create-index" && change.index.accessMethod === "btree" ? relationKey(change.index.relation) : null,
  );
  onRelation.delete(null);
  const made = new Map<string, { readonly candidate: Candidate; readonly saved: number }>();
  for (const own of onRelation.values()) {
    const parents = own.toSorted((a, b) => total(b) - total(a) || (a.candidate.id < b.candidate.id ? -1 : 1)).slice(0, parentsEach);
    const drafts = [
      ...parents.flatMap((parent) => plainForms(parent)),
      ...parents.flatMap((first, at) => parents.slice(at + 1).flatMap((second) => combinations(first, second))),
    ].toSorted((a, b) => b.saved - a.saved);
    let count = 0;
    for (const draft of drafts) {
      const change = { kind: "create-index" as const, index: draft.index };
      const id = changeId(change);
      if (ids.has(id) || made.has(id) || count === mostEach || isThere(draft.index)) continue;
      count++;
      const { helps, proposedBy, reason, saved } = draft;
      made.set(id, { candidate: { id, change, helps, proposedBy, reason }, saved });
    }
  }
  const best = [...made.values()].toSorted((a, b) => b.saved - a.saved || (a.candidate.id < b.candidate.id ? -1 : 1)).slice(0, mostInAll);
  return best.map(({ candidate }) => candidate).toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function total({ saved }: ProvedIndex): number {
  return [...saved.values()].reduce((sum, each) => sum + each, 0);
}

function indexOf({ candidate }: ProvedIndex): IndexDefinition {
  if (candidate.change.kind !== "create-index") throw new Error("only creations are merged");
  return candidate.change.index;
}

/** A covering index without what it covers. */
function plainForms(parent: ProvedIndex): Draft[] {
  const index = indexOf(parent);
  if (index.include.length === 0) return [];
  return [draftOf({ ...index, include: [] }, [parent], "is smaller")];
}

function combinations(first: ProvedIndex, second: ProvedIndex): Draft[] {
  const [a, b] = [indexOf(first), indexOf(second)];
  const both = [first, second] as const;
  if (a.predicate === b.predicate) {
    // Keys that share no beginning serve only one of the two as keys.
    if (!sameKey(a.keys[0]!, b.keys[0]!) && !holds(a, b) && !holds(b, a)) return [];
    return [draftOf(merged(a, b), both, "serves both"), draftOf(merged(b, a), both, "serves both")];
  }
  const shared = [...first.saved.keys()].filter((family) => second.saved.has(family));
  if (shared.length === 0) return [];
  const under = (index: IndexDefinition, predicate: string | null) => (predicate === null ? [] : [{ ...index, predicate }]);
  return [...under(a, b.predicate), ...under(b, a.predicate)].map((index) => ({
    ...draftOf(index, both, "holds only the rows asked for"),
    helps: shared.toSorted(),
  }));
}

/** The second's key columns are all in the first. */
function holds(first: IndexDefinition, second: IndexDefinition): boolean {
  const columns = new Set([...first.include, ...first.keys.map(({ column }) => column)]);
  return second.keys.every(({ column }) => column !== null && columns.has(column));
}

function merged(first: IndexDefinition, second: IndexDefinition): IndexDefinition {
  const keys = [...first.keys, ...second.keys.filter((key) => !first.keys.some((other) => sameValue(key, other)))];
  const columns = new Set(keys.map(({ column }) => column));
  const include = [...new Set([...first.include, ...second.include])].filter((column) => !columns.has(column)).toSorted();
  return { ...first, keys, include };
}

function sameValue(a: CandidateKey, b: CandidateKey): boolean {
  return a.sql === b.sql && a.operatorClass === b.operatorClass && a.collation === b.collation;
}

function sameKey(a: CandidateKey, b: CandidateKey): boolean {
  return sameValue(a, b) && a.descending === b.descending && a.nullsFirst === b.nullsFirst;
}

function draftOf(index: IndexDefinition, parents: readonly ProvedIndex[], does: string): Draft {
  const proposedBy = new Map(parents.flatMap(({ candidate }) => candidate.proposedBy.map((by) => [`${by.kind} ${by.id}`, by] as const)));
  return {
    index,
    helps: [...new Set(parents.flatMap(({ saved }) => [...saved.keys()]))].toSorted(),
    saved: parents.reduce((sum, parent) => sum + total(parent), 0),
    proposedBy: [...proposedBy].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, by]) => by),
    reason: `It ${does}: made from ${parents.map((parent) => createIndexSql(indexOf(parent))).join(" and ")}.`,
  };
}
