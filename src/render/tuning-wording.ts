import type { HealthPart } from "../domain/health.ts";
import type { Evidence, Subject, Tuning, TuningAdvice, TuningEffect, TuningProof } from "../domain/tuning.ts";
import { subjectName } from "../domain/tuning-subject.ts";
import { bytes, change, cost, grouped, milliseconds, percent, plural } from "../domain/units.ts";

/** What both readable formats say of a tuning advice, in the same words. Text still to be escaped. */

export function subjectText(about: Subject): string {
  return subjectKinds[about.kind] + subjectName(about);
}

const subjectKinds: Readonly<Record<Subject["kind"], string>> = {
  server: "",
  relation: "",
  index: "index ",
  sequence: "sequence ",
  "statistics-object": "statistics object ",
  statement: "statement ",
};

/** `dead rows 1,200,000; share of the table 20.0 %`. */
export function evidenceText(evidence: readonly Evidence[]): string {
  return evidence.map(evidenceWords).join("; ");
}

/** `40,000 rows`, not `rows 40,000 rows`: a name that only says the unit is said once. */
function evidenceWords(each: Evidence): string {
  const value = valueText(each);
  if (each.unit === null || !value.endsWith(` ${each.unit}`) || !` ${each.name}`.endsWith(` ${each.unit}`)) return `${each.name} ${value}`;
  const name = each.name.slice(0, -each.unit.length).trim();
  return name === "" ? value : `${name} ${value}`;
}

function valueText({ value, unit }: Evidence): string {
  if (typeof value === "string") return unit === null ? value : `${value} ${unit}`;
  if (unit === "bytes") return bytes(value);
  if (unit === "ms") return milliseconds(value);
  if (unit === "share") return percent(value);
  if (unit === "cost") return cost(value);
  if (unit === "days" || unit === "times") return `${value < 10 ? Number(value.toFixed(1)) : grouped(value)} ${unit}`;
  return unit === null ? grouped(value) : `${grouped(value)} ${unit}`;
}

const proofWords: Readonly<Record<TuningProof["kind"], string>> = {
  planner: "planned again",
  arithmetic: "reckoned from counters",
  measured: "measured",
  unproved: "unproved",
};

/** The kind of proof, and what it rests on. */
export function proofText({ proof }: TuningAdvice): string {
  const words = proofWords[proof.kind];
  switch (proof.kind) {
    case "planner":
      return `${words} with ${proof.change}: ${plannerText(proof)}`;
    case "arithmetic":
      return `${words}: ${proof.formula}`;
    case "measured":
      return `${words}: ${proof.what}`;
    case "unproved":
      return `${words}: ${proof.why}`;
    default:
      return proof satisfies never;
  }
}

function plannerText(proof: Extract<TuningProof, { kind: "planner" }>): string {
  const of = plural(proof.planned, "statement");
  const plans = `${grouped(proof.changedPlans)} of ${of} get another plan`;
  if (!proof.comparable) return `${plans}; costs before and after do not compare`;
  return `${grouped(proof.better)} of ${of} cost less, ${grouped(proof.worse)} more; ${plans}`;
}

/** One line per statement that the change touches most. */
export function effectText(effect: TuningEffect, comparable: boolean): string {
  const costs = comparable
    ? `cost ${cost(effect.costBefore)} → ${cost(effect.costAfter)} (${change(effect.costBefore, effect.costAfter)})`
    : null;
  const rows =
    effect.rowsBefore === null || effect.rowsAfter === null
      ? null
      : `estimate ${grouped(effect.rowsBefore)} → ${grouped(effect.rowsAfter)} rows` +
        (effect.rowsSampled === null ? "" : ` (counted in the sample: ${grouped(effect.rowsSampled)})`);
  const { partitions } = effect;
  const reads = partitions ? `reads ${grouped(partitions.read)} of ${plural(partitions.of, "partition")}` : null;
  return [costs, reads, rows, effect.planChange === "" ? null : effect.planChange].filter((each) => each !== null).join("; ");
}

export const takesEffectWords: Readonly<Record<TuningAdvice["takesEffect"], string | null>> = {
  "at-once": null,
  reload: "Takes effect with a reload of the configuration.",
  restart: "Takes effect after a restart of the server.",
};

const partWords: Readonly<Record<HealthPart, string>> = {
  settings: "settings",
  database: "counters of the database",
  checkpoints: "counters of checkpoints",
  wal: "counters of WAL",
  maintenance: "counters of vacuum",
  sequences: "sequences",
  sessions: "sessions",
  horizonHolders: "replication slots and prepared transactions",
  vacuum: "running vacuums",
  sessionCommands: "commands that change a session",
};

/** Which rules had too little to go on, in one sentence; empty when none. */
export function unreadText(unread: Tuning["unread"]): string {
  if (unread.length === 0) return "";
  const parts = new Set(unread.flatMap((each) => each.missing).map((part) => (part in partWords ? partWords[part as HealthPart] : part)));
  return `${plural(unread.length, "rule")} stayed quiet because these were not read: ${[...parts].toSorted().join(", ")}.`;
}
