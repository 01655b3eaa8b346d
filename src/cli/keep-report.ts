import type { AuditInput } from "../config/audit-input.ts";
import type { Config } from "../config/config.ts";
import type { Report } from "../domain/report.ts";
import { AdvisorError } from "../errors.ts";

export interface StoreFlags {
  readonly store?: string | undefined;
  readonly target?: string | undefined;
}

/** A report with its history, and why it could not be kept; the report itself is never lost. */
export interface KeptReport {
  readonly report: Report;
  readonly earlier: readonly Report[];
  readonly failure: unknown;
}

/** The store that the flag, else the configuration, names; null: none. Throws INPUT_INVALID for what is no place, before any work. */
export async function storePlace(flags: StoreFlags, config: Pick<Config, "store">): Promise<string | null> {
  const place = flags.store ?? config.store;
  if (place === null && flags.target !== undefined)
    throw new AdvisorError("INPUT_INVALID", "--target names a report in a store, and there is none.", { hint: "Add --store FOLDER." });
  if (flags.target !== undefined && flags.target.trim() === "")
    throw new AdvisorError("INPUT_INVALID", "--target names nothing.", { hint: "Example: --target shop-replica" });
  const { checkedPlace } = await import("../wire-store.ts");
  return checkedPlace(place);
}

/** Compares the report with those before it and keeps it; where that fails, the report is as it was. */
export async function keepReport(
  report: Report,
  place: string | null,
  of: { readonly input: AuditInput; readonly target?: string | undefined },
): Promise<KeptReport> {
  if (place === null) return { report, earlier: [], failure: null };
  const { keepReport: keep, targetFor } = await import("../wire-history.ts");
  try {
    const target = await targetFor(report, of.input.source, of.target);
    const { cacheDirectory, embedding } = of.input;
    const cache = cacheDirectory === undefined ? {} : { cacheDirectory };
    const { reportVectors } = await import("../wire-similar.ts");
    const vectors = embedding === undefined ? null : await reportVectors(report, { embedding, ...cache });
    const kept = await keep(report, { place, ...cache }, target, vectors);
    return { report: kept.report, earlier: kept.earlier, failure: null };
  } catch (failure) {
    return { report, earlier: [], failure };
  }
}
