import { createHash } from "node:crypto";
import type { Finding } from "../domain/report.ts";
import type { Severity } from "../rule/migration.ts";

/** A check that is no rule over text and catalog: it needs a scratch run, the workload, or the comments of a file. */
export interface ReviewCheck {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly detects: string;
}

/** Ids are those of the facts page where it has one; a level in the configuration may name any of them. */
export const reviewChecks = {
  failsToApply: check("fails-to-apply", "PostgreSQL refuses it", "error", "A statement that PostgreSQL refuses on the schema it will meet"),
  cannotParse: check("cannot-parse", "Not SQL", "error", "Text in a migration that no PostgreSQL grammar takes"),
  statementBreaks: check(
    "statement-breaks",
    "A statement of production breaks",
    "error",
    "A known statement that no longer runs on the new schema",
  ),
  planGetsWorse: check(
    "plan-gets-worse",
    "A statement of production gets dearer",
    "warning",
    "A known statement whose plan costs over 10 % more on the new schema",
  ),
  dropIndexInUse: check("drop-index-in-use", "An index in use goes", "warning", "A dropped index that plans of known statements use"),
  indexNotUsed: check(
    "index-not-used-by-workload",
    "No known statement uses the new index",
    "note",
    "A new index that no plan of a known statement uses",
  ),
  betterIndex: check(
    "better-index",
    "Another index serves more",
    "note",
    "A new index where another one, proved in the shadow, would serve the table's known statements clearly better",
  ),
  missingIndex: check(
    "missing-index-for-new-column",
    "A statement of this change lacks an index",
    "warning",
    "A statement added by the change that an index would serve, proved in the shadow",
  ),
  addedBreaks: check(
    "added-statement-breaks",
    "A statement of this change does not run",
    "error",
    "A statement added by the change that the new schema refuses",
  ),
  unknownSuppression: check(
    "unknown-suppression",
    "Suppression of an unknown rule",
    "error",
    "A suppression that names no rule: it suppresses nothing",
  ),
  unreasonedSuppression: check(
    "suppression-without-reason",
    "Suppression without a reason",
    "error",
    "A suppression that says no reason: it suppresses nothing",
  ),
  unusedSuppression: check("unused-suppression", "Unused suppression", "note", "A suppression of a finding that is not there"),
} as const;

function check(name: string, title: string, severity: Severity, detects: string): ReviewCheck {
  return { id: `migration/${name}`, title, severity, detects };
}

export interface FindingDraft {
  readonly check: ReviewCheck;
  readonly place: Finding["place"];
  readonly message: string;
  readonly help?: string;
  readonly safer?: readonly string[];
  /** What makes it this finding and no other, beside rule and file: the statement, never its line. */
  readonly key: string;
  readonly severity?: Severity;
}

export function finding(draft: FindingDraft): Finding {
  const { check: from, place, message, help, safer = [], severity = from.severity } = draft;
  return {
    id: stableId(from.id, place?.file ?? "", draft.key),
    rule: from.id,
    severity,
    title: from.title,
    message,
    ...(help === undefined ? {} : { help }),
    place,
    locks: [],
    safer,
  };
}

/** 12 hex digits of a SHA-256 that does not change when lines move or blanks do. */
function stableId(...parts: readonly string[]): string {
  const text = parts.map((part) => part.replaceAll(/\s+/g, " ").trim()).join("\u0000");
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** Two equal statements of one file would share an id: the later ones get `-2`, `-3`, … */
export function withUniqueIds<F extends Finding>(findings: readonly F[]): F[] {
  const seen = new Map<string, number>();
  return findings.map((each) => {
    const count = (seen.get(each.id) ?? 0) + 1;
    seen.set(each.id, count);
    return count === 1 ? each : { ...each, id: `${each.id}-${count}` };
  });
}
