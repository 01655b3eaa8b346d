import { basename } from "node:path";
import type { AuditSource } from "./config/audit-input.ts";
import type { FamilyVectors, SavedReport, Store } from "./contract/store.ts";
import type { Report } from "./domain/report.ts";
import { AdvisorError } from "./errors.ts";
import { compareReports, historyReports } from "./history/compare-reports.ts";
import { targetOf } from "./history/target.ts";
import { openStore, readStore, type StorePlace } from "./wire-store.ts";

/** A report that is kept now. */
export interface Kept {
  readonly id: string;
  readonly target: string;
  /** With what changed since earlier reports of the target, where there are any. */
  readonly report: Report;
  /** Those, newest first, without plans and refusals. */
  readonly earlier: readonly Report[];
}

/** Compares a report with what the store holds of its target, and saves it, with `vectors` to find its statements by. Throws what `openStore` and `close` throw. */
export async function keepReport(report: Report, place: StorePlace, target: string, vectors: FamilyVectors | null = null): Promise<Kept> {
  const store = await openStore(place);
  try {
    const history = await store.readHistory({ target, until: report.generatedAt, limit: historyReports });
    const earlier = history.map((each) => each.report).filter((each) => each.generatedAt < report.generatedAt);
    const id = await store.saveReport({ target, report, ...(vectors === null ? {} : { vectors }) });
    return { id, target, report: compared(report, earlier), earlier };
  } finally {
    await store.close();
  }
}

function compared(report: Report, earlier: readonly Report[]): Report {
  const comparison = compareReports(earlier, report);
  return comparison === null ? report : { ...report, comparison };
}

/**
 * Which series the report of an audit belongs to: the name that the user gives, else what the server tells (`targetOf`), else host, port and
 * database of the URL, without user and password. Throws INPUT_INVALID where nothing tells databases apart.
 */
export async function targetFor(report: Report, source: AuditSource, named?: string): Promise<string> {
  if (named !== undefined) return named;
  switch (source.kind) {
    case "demo":
      return "demo";
    case "schema":
      // The server that ran it is the embedded one, the same for every file.
      return `schema ${basename(source.path)}`;
    case "url": {
      const { connectionTarget } = await import("./connect/connection-target.ts");
      const known = targetOf(report);
      if (known !== null) return known;
      const { hosts, database } = connectionTarget(source.url, process.env);
      return `${hosts.map(({ host, port }) => `${host}:${port}`).join(",")}/${database}`;
    }
    case "snapshot": {
      const known = targetOf(report);
      if (known !== null) return known;
      throw new AdvisorError(
        "INPUT_INVALID",
        "The snapshot does not tell which server it is of, so that its report belongs to no history.",
        {
          hint: "Name the database with --target, the same name every time.",
        },
      );
    }
    default:
      return source satisfies never;
  }
}

/** Two reports to compare, and what came before the earlier one. */
export interface Series {
  readonly earlier: readonly Report[];
  readonly now: Report;
}

export interface Choice {
  readonly place: StorePlace;
  /** Null: the only one that the store has. */
  readonly target: string | null;
}

/**
 * The reports that `refs` name, oldest first: `last`, `previous`, an id of the store, or a report read from a file. None means previous and last, one
 * means that one and last. A stored report brings the history before it. Throws INPUT_INVALID for what is not there, for reports of
 * different databases and for an order that is not time's.
 */
export async function chooseSeries(refs: readonly (string | Report)[], choice: Choice): Promise<Series> {
  const isLast = refs.length === 0 || (refs.length === 1 && refs[0] === "last");
  const wanted = isLast ? ["previous", "last"] : refs.length === 1 ? [refs[0]!, "last"] : refs;
  if (wanted.every((ref) => typeof ref !== "string")) return inOrder(wanted);
  const store = await storeThatIsThere(choice.place);
  try {
    const target = await targetIn(store, choice.target, wanted);
    const found = [];
    for (const ref of wanted) found.push(typeof ref === "string" ? await stored(store, ref, target) : ref);
    const { earlier, now } = inOrder(found);
    const oldest = earlier[0]!;
    const before =
      typeof wanted[0] === "string" ? await store.readHistory({ target, until: oldest.generatedAt, limit: historyReports }) : [];
    return { earlier: [...before.map(({ report }) => report).filter((each) => each.generatedAt < oldest.generatedAt), ...earlier], now };
  } finally {
    await store.close();
  }
}

/** One report of a store: `last`, `previous` or an id. Throws INPUT_INVALID for what is not there. */
export async function storedReport(ref: string, choice: Choice): Promise<Report> {
  const store = await storeThatIsThere(choice.place);
  try {
    return await stored(store, ref, await targetIn(store, choice.target, [ref]));
  } finally {
    await store.close();
  }
}

async function storeThatIsThere(place: StorePlace): Promise<Store> {
  const store = await readStore(place);
  if (store !== null) return store;
  throw new AdvisorError("INPUT_INVALID", "There is no store yet, so that no report can be taken from it.", {
    hint: "Run plansmith audit with --store first, or name files written by audit --json.",
  });
}

async function targetIn(store: Store, named: string | null, wanted: readonly (string | Report)[]): Promise<string> {
  const targets = await store.targets();
  const hint = targets.length === 0 ? "Run plansmith audit with --store first." : `The store has: ${targets.join(", ")}.`;
  if (named !== null) {
    if (targets.includes(named)) return named;
    throw new AdvisorError("INPUT_INVALID", `The store has no report of "${named}".`, { hint });
  }
  // An id says of which database it is.
  for (const ref of wanted) {
    const entry = typeof ref === "string" && /^\d+$/.test(ref) ? await store.readReport(ref) : null;
    if (entry) return entry.target;
  }
  if (targets.length === 1) return targets[0]!;
  const message = targets.length === 0 ? "The store has no report yet." : "The store has reports of several databases.";
  throw new AdvisorError("INPUT_INVALID", message, { hint: targets.length === 0 ? hint : `Choose one with --target. ${hint}` });
}

async function stored(store: Store, ref: string, target: string): Promise<Report> {
  if (ref !== "last" && ref !== "previous") {
    const entry = await store.readReport(ref);
    if (entry?.target === target) return entry.report;
    const message = entry ? `Report ${ref} is of "${entry.target}", not of "${target}".` : `The store has no report ${ref}.`;
    throw new AdvisorError("INPUT_INVALID", message, { hint: "plansmith history lists the reports with their ids." });
  }
  const newest = await store.listReports({ target, limit: historyReports });
  // A snapshot that was audited twice gives two reports of one moment: neither is before the other.
  const entry = ref === "last" ? newest[0] : newest.find(({ generatedAt }) => generatedAt < newest[0]!.generatedAt);
  const found = entry ? await store.readReport(entry.id) : null;
  if (found) return found.report;
  throw new AdvisorError(
    "INPUT_INVALID",
    `The store has ${newest.length === 0 ? "no report" : "reports of a single moment"} of "${target}".`,
    {
      hint: "Run plansmith audit with --store first, and again for a second one.",
    },
  );
}

function inOrder(reports: readonly Report[]): Series {
  const targets = new Set(reports.flatMap((each) => targetOf(each) ?? []));
  if (targets.size > 1)
    throw new AdvisorError("INPUT_INVALID", `The reports are of different databases: ${[...targets].toSorted().join(" and ")}.`, {
      hint: "Compare reports of one database.",
    });
  const late = reports.findIndex((each, position) => position > 0 && each.generatedAt <= reports[position - 1]!.generatedAt);
  if (late > 0)
    throw new AdvisorError(
      "INPUT_INVALID",
      `Report ${late + 1} is of ${reports[late]!.generatedAt}, not later than the one before it, of ${reports[late - 1]!.generatedAt}.`,
      { hint: "Give them in the order of time, the oldest first." },
    );
  return { earlier: reports.slice(0, -1), now: reports.at(-1)! };
}

/** Newest first; of every target where none is named. Null without a store. */
export async function listHistory(
  place: StorePlace,
  filter: { readonly target?: string; readonly limit: number },
): Promise<readonly SavedReport[] | null> {
  const store = await readStore(place);
  try {
    return (await store?.readHistory(filter)) ?? null;
  } finally {
    await store?.close();
  }
}
