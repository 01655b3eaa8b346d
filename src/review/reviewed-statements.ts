import { emptyCatalog } from "../domain/empty-catalog.ts";
import { groupBy } from "../domain/group-by.ts";
import type { Machine } from "../domain/machine.ts";
import type { Finding } from "../domain/report.ts";
import type { ReviewedStatement } from "../domain/review.ts";
import { catalogView } from "../rule/catalog-view.ts";
import type { KnownStatement } from "./cause.ts";
import { estimateWork } from "./estimate.ts";
import { placeOf } from "./impact-findings.ts";
import { openQueue } from "./queue.ts";
import type { Run } from "./run-files.ts";

export interface ReviewedTerms {
  readonly run: Pick<Run, "catalog" | "families">;
  /** Sizes of the catalog are production's. */
  readonly hasFigures: boolean;
  readonly machine: Machine;
  /** As the report has them. */
  readonly findings: readonly Finding[];
}

/** The statements of new files as the report has them: what each locks and does, who waits meanwhile, and what was found about it. */
export function reviewedStatements(known: readonly KnownStatement[], terms: ReviewedTerms): ReviewedStatement[] {
  const { run, hasFigures, machine, findings } = terms;
  const catalog = catalogView(run.catalog ?? emptyCatalog);
  const queuedPerSecond = openQueue(run.families);
  const findingsAt = groupBy(findings, ({ place }) => place && keyOf(place));
  return known.map((each) => {
    const place = placeOf(each);
    const refused = each.observation?.error != null; // then nothing is held or done
    const locks = refused ? [] : (each.effect?.locks ?? each.observation?.locks ?? []);
    return {
      place,
      sql: each.statement.sql,
      locks,
      work: (refused ? [] : (each.effect?.work ?? [])).map((work) => estimateWork(work, catalog, { hasFigures, machine })),
      basis: each.observation === null || each.observation.locks === null ? "predicted" : "observed",
      queuedPerSecond: queuedPerSecond(locks),
      findings: (findingsAt.get(keyOf(place)) ?? []).map(({ id }) => id),
    };
  });
}

function keyOf({ file, line, column }: { readonly file: string; readonly line: number; readonly column: number }): string {
  return `${file}:${line}:${column}`;
}
