import type { AppliedAdvice } from "../domain/comparison.ts";
import { indexKey } from "../domain/index-key.ts";
import { createIndexSql } from "../domain/index-sql.ts";
import { type RelationName, relationKey } from "../domain/postgres.ts";
import type { Recommendation } from "../domain/recommendation.ts";
import type { Report } from "../domain/report.ts";
import type { History } from "./history.ts";
import { payoff } from "./payoff.ts";

/** A recommendation that was followed between two reports. */
export interface Followed {
  readonly recommendation: Recommendation;
  readonly as: string | null;
  /** Position of the first report that sees it done; the one before does not. */
  readonly report: number;
}

/**
 * Recommendations of earlier reports that somebody followed: an index that by its definition is the one recommended exists now, under whatever
 * name; an index to drop is not there any more; the statement that a rewrite gives is called and the old one is not. With what it brought.
 */
export function appliedAdvice(history: History, reports: readonly Report[]): readonly AppliedAdvice[] {
  const followed = followedAdvice(history, reports);
  return followed
    .map((each): AppliedAdvice => {
      const { recommendation, as, report } = each;
      return {
        id: recommendation.id,
        title: recommendation.title,
        kind: recommendation.candidate.change.kind,
        as,
        between: [reports[report - 1]!.generatedAt, reports[report]!.generatedAt],
        isNew: report === reports.length - 1,
        ...payoff(each, { followed, history, reports }),
      };
    })
    .toSorted((a, b) => (a.between[1] === b.between[1] ? (a.id < b.id ? -1 : 1) : a.between[1] > b.between[1] ? -1 : 1));
}

function followedAdvice({ tracks }: History, reports: readonly Report[]): Followed[] {
  const statements = reports.map((_, report) => {
    const families = tracks.flatMap(({ points }) => points[report] ?? []);
    return new Map(families.map(({ fingerprint, id }) => [fingerprint, id]));
  });
  // The last report that gives an advice knows it as not done.
  const given = new Map(reports.flatMap(({ recommendations }, report) => recommendations.map((each) => [each.id, { each, report }])));
  return [...given.values()].flatMap(({ each, report }): Followed[] => {
    for (let next = report + 1; next < reports.length; next += 1) {
      const as = doneIn(each, { before: reports[next - 1]!, now: reports[next]! }, [statements[next - 1]!, statements[next]!]);
      if (as !== undefined) return [{ recommendation: each, as, report: next }];
    }
    return [];
  });
}

/** The name it goes by in `now`, null for a drop; undefined when it is not done. */
function doneIn(
  { candidate: { change }, rewrite }: Recommendation,
  { before, now }: { readonly before: Report; readonly now: Report },
  [statementsBefore, statements]: readonly [ReadonlyMap<string, string>, ReadonlyMap<string, string>],
): string | null | undefined {
  switch (change.kind) {
    case "create-index": {
      const wanted = indexKey(createIndexSql(change.index));
      const named = (report: Report) => indexesOf(report, change.index.relation)?.find(({ key }) => key === wanted)?.name;
      return named(before) === undefined ? named(now) : undefined;
    }
    case "drop-index": {
      const has = (report: Report) => indexesOf(report, change.relation)?.some(({ name }) => name === change.index.name);
      return has(before) === true && has(now) === false ? null : undefined;
    }
    case "rewrite":
      if (rewrite?.fingerprint === undefined || rewrite.fingerprint === change.fingerprint) return undefined;
      return statementsBefore.has(rewrite.fingerprint) ? undefined : statements.get(rewrite.fingerprint);
    default:
      return change satisfies never;
  }
}

/** Undefined where the report does not list the relation. */
function indexesOf({ state }: Report, relation: RelationName) {
  return state?.relations.find((each) => relationKey(each) === relationKey(relation))?.indexes;
}
