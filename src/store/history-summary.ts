import { createHash } from "node:crypto";
import type { FamilySummary, Report } from "../domain/report.ts";

/** A report as its row of the history keeps it: statements by the digest of their text, which is kept once for all reports. */
export interface HistorySummary extends Omit<Report, "families"> {
  readonly families: readonly (Omit<FamilySummary, "sql"> & { readonly text: string })[];
}

/**
 * What comparisons and the list of reports read of a report, and the texts of its statements by digest. Plans, refusals, gaps and words are left
 * out: empty lists and texts stand for them, so that it can be read as a report again.
 */
export function summarised(report: Report): { readonly summary: HistorySummary; readonly texts: ReadonlyMap<string, string> } {
  const texts = new Map<string, string>();
  const families = report.families.map((family) => {
    const { id, fingerprint, sql, calls, meanTimeMs, share, costBefore, costAfter, relations, counters, plan } = family;
    const text = createHash("sha256").update(sql).digest("hex").slice(0, 32);
    texts.set(text, sql);
    return {
      id,
      fingerprint,
      text,
      calls,
      meanTimeMs,
      share,
      costBefore,
      costAfter,
      place: null,
      noAdvice: null,
      ...(relations === undefined ? {} : { relations }),
      ...(counters === undefined ? {} : { counters }),
      ...(plan === undefined ? {} : { plan }),
    };
  });
  const recommendations = report.recommendations.map((each) => ({
    ...each,
    proofs: [],
    undo: [],
    cautions: [],
    explanation: { ...each.explanation, text: "" },
  }));
  const { schemaVersion, generatedAt, advisorVersion, server, origin, summary, findings, partial, tuning, state } = report;
  return {
    summary: {
      schemaVersion,
      generatedAt,
      advisorVersion,
      server,
      origin,
      summary,
      findings,
      partial,
      families,
      recommendations,
      rejected: [],
      skipped: [],
      gaps: [],
      ...(tuning === undefined ? {} : { tuning: { ...tuning, refused: [], unread: [] } }),
      ...(state === undefined ? {} : { state }),
    },
    texts,
  };
}

/** The summary as a report, with the texts of its statements; one that is not among them is empty. */
export function fromSummary({ families, ...rest }: HistorySummary, texts: ReadonlyMap<string, string>): Report {
  return { ...rest, families: families.map(({ text, ...family }): FamilySummary => ({ ...family, sql: texts.get(text) ?? "" })) };
}
