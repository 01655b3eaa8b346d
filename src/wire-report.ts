import type { Report } from "./domain/report.ts";
import { AdvisorError } from "./errors.ts";
import { readAudit } from "./saved-report/read-report.ts";
import { checkedPlace } from "./wire-store.ts";

/** Where the report of an audit is: flags of a command, or what a client says. */
export interface ReportChoice {
  /** A file that `audit --json` wrote. */
  readonly file?: string | undefined;
  /** In a store: `last`, `previous` or an id. */
  readonly audit?: string | undefined;
  /** Of the store: the database. */
  readonly target?: string | undefined;
  /** A folder or URL; null: the user's own. */
  readonly store: string | null;
}

/**
 * The report of an audit that the user names, from a file or from a store: one way for all that read one. Throws INPUT_INVALID for both, for
 * none, and for what is not there.
 */
export async function chooseReport({ file, audit, target, store }: ReportChoice): Promise<Report> {
  if (file !== undefined && audit !== undefined)
    throw new AdvisorError("INPUT_INVALID", "A report file and an audit of the store are named: which of them?", {
      hint: "Leave out one of the two.",
    });
  if (file !== undefined) return readAudit(file);
  if (audit === undefined)
    throw new AdvisorError("INPUT_INVALID", "There is no report to read.", {
      hint: "plansmith audit … --json -o report.json, then name report.json; or plansmith audit … --store, then --audit last.",
    });
  if (audit !== "last" && audit !== "previous" && !/^\d{1,18}$/.test(audit))
    throw new AdvisorError("INPUT_INVALID", `"${audit}" names no audit of a store.`, {
      hint: "Give last, previous, or an id that plansmith history lists. A file is named without --audit.",
    });
  const { storedReport } = await import("./wire-history.ts");
  return storedReport(audit, { place: { place: checkedPlace(store) }, target: target ?? null });
}
