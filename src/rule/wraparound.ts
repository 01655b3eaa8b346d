import { readableQualified } from "../domain/identifier.ts";
import { figure } from "./build.ts";
import { percent } from "./scan-facts.ts";
import { aboutServer, aboutTable, evidence } from "./tuning-kit.ts";
import type { TuningContext, TuningProposal } from "./tuning-rule.ts";

/** The server refuses new ones three million before 2^31 (varsup.c, multixact.c). */
const stopsAt = 2 ** 31 - 3_000_000;

/** One of the two 32-bit counters that VACUUM must keep from coming round. */
export interface WraparoundCounter {
  readonly age: "frozenXidAge" | "multixactAge";
  /** Setting above which autovacuum freezes whatever the table's counters say. */
  readonly limit: string;
  readonly one: string;
  readonly unit: string;
}

/** Databases and tables whose oldest value has outlived `overdue` times the limit, `errorAt` (0–1) of the range at the latest. */
export function* wraparoundAdvice(
  counter: WraparoundCounter,
  {
    health,
    tables,
    maintenance,
    amount,
    options,
    catalog,
  }: Omit<TuningContext, "options"> & {
    readonly options: { readonly overdue: number; readonly errorAt: number };
  },
): Generator<TuningProposal> {
  const limit = amount(counter.limit);
  const { database } = health;
  if (limit === null || database === null) return;
  const age = database[counter.age];
  const overdue = Math.min(limit * options.overdue, stopsAt * options.errorAt);
  if (age < overdue) return;
  const oldest = tables
    .flatMap((table) => {
      const own = maintenance(table)?.[counter.age] ?? 0;
      return own >= overdue ? [{ table, age: own }] : [];
    })
    .toSorted((a, b) => b.age - a.age || (a.table.name < b.table.name ? -1 : 1))
    .slice(0, 5);
  const formula = `age ÷ (2^31 − 3 million) = ${figure(age)} ÷ ${figure(stopsAt)}; ${counter.limit} = ${figure(limit)}`;
  const severity = age >= stopsAt * options.errorAt ? "error" : "warning";
  yield {
    about: aboutServer,
    severity,
    message: `The oldest ${counter.one} of the database is ${figure(age)} old, ${percent(age / stopsAt)} of the way to where the server stops taking writes`,
    evidence: [
      evidence("age of the database", age, counter.unit),
      evidence(counter.limit, limit, counter.unit),
      evidence(
        "oldest snapshot of a session",
        health.sessions?.oldestXminAge ?? "none or not read",
        health.sessions?.oldestXminAge == null ? null : "transactions",
      ),
    ],
    apply: [],
    undo: [],
    trial: { kind: "arithmetic", formula },
  };
  for (const { table, age: own } of oldest)
    yield {
      about: aboutTable(table),
      severity,
      message: `Its oldest ${counter.one} is ${figure(own)} old, and ${figure(limit)} should have brought a vacuum`,
      evidence: [evidence("age", own, counter.unit), evidence("pages", catalog.pages(table), "pages")],
      apply: [`VACUUM (FREEZE) ${readableQualified(table)}`],
      undo: [],
      help: "Run it when nothing holds back freezing any more: a vacuum before that changes nothing",
      trial: { kind: "arithmetic", formula: `age ÷ (2^31 − 3 million) = ${figure(own)} ÷ ${figure(stopsAt)}` },
    };
}
