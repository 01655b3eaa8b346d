import { qualified } from "../domain/identifier.ts";
import { type Plan, planNodes } from "../domain/plan.ts";
import { type RelationName, sameRelation } from "../domain/postgres.ts";
import type { TuningEffect, TuningProof } from "../domain/tuning.ts";
import { planChange } from "../explain/plan-change.ts";
import { scanConditions } from "../rule/scan-condition.ts";
import { createStatistics } from "../rule/tuning-kit.ts";
import type { Trial } from "../rule/tuning-rule.ts";
import { expectedRows, fewestSampled, leastError, leastImprovement, timesApart } from "./estimates.ts";
import { compare, type PlannedFamily, plansToday, plansWith, type Questions } from "./replan.ts";
import { refused, unproved, type Verdict } from "./verdict.ts";

/** Kinds whose worst error is no more than this many times the least count as equal: the first is taken. */
const nearlyAsGood = 2;

type StatisticsTrial = Extract<Trial, { kind: "statistics" }>;

/**
 * Builds the statistics of sampled rows in the shadow, plans every statement again, and counts in the sample what a scan really
 * keeps. Proved when some statement's estimate was off by more than 10× and is at least 3× nearer; else refused. Without a sample, or
 * where no condition can be counted, there is no evidence but a log's: then the advice is unproved, else nothing is said.
 */
export async function proveStatistics(trial: StatisticsTrial, families: readonly PlannedFamily[], questions: Questions): Promise<Verdict> {
  const { planner } = questions;
  const cannot = `the ${planner.backend} planner cannot try statistics objects`;
  if (!planner.withStatistics) return onTheLogAlone(trial, cannot) ?? refused(`No evidence: ${cannot}.`);
  const before = await plansToday(families, questions);
  const probes = [...(await probesOf(trial, families, before, questions)), ...(await commonestProbe(trial, questions))];
  const tries: Tried[] = [];
  const parts = new Map<string, number | null>();
  for (const kinds of trial.targets.length === 1 ? [[]] : kindsTried) {
    const tried = await tryKinds(trial, kinds, { families, before, probes, parts, questions });
    if (typeof tried === "string") return onTheLogAlone(trial, tried) ?? refused(`No evidence: ${tried}.`);
    tries.push(tried);
  }
  const alone = tries.every((each) => each.counted === 0) ? onTheLogAlone(trial, "the sampled rows are too few to count it in") : null;
  if (alone !== null) return alone;
  // A list of common combinations fits the sample's own commonest one exactly: that alone is no reason to prefer it.
  const least = Math.min(...tries.map((each) => each.worstError));
  const best = tries.find((each) => each.worstError <= least * nearlyAsGood);
  if (!best || best.mended.length === 0)
    return refused(`Counted in the sampled rows, no estimate is off by ${leastError}× and comes ${leastImprovement}× nearer.`);
  const kinds = best.kinds.length === 0 ? "" : ` (${best.kinds.join(", ")})`;
  const proof: TuningProof = {
    kind: "planner",
    change: `CREATE STATISTICS${kinds} ON ${trial.targets.join(", ")}, built of sampled rows`,
    trial: { kind: "statistics", relation: trial.relation, targets: trial.targets, kinds: best.kinds },
    // A better estimate may cost more: the cost before was of rows that are not there.
    comparable: false,
    planned: best.planned,
    better: 0,
    worse: 0,
    changedPlans: best.changedPlans,
    effects: best.mended,
  };
  return { kind: "proved", proof, apply: createStatistics(trial.object, { ...trial, kinds: best.kinds }) };
}

/**
 * The first that serves best is taken. Both together are not always better: where a combination is not in the list of common ones,
 * the list answers for its columns and the dependencies are not asked (extended_stats.c, statext_clauselist_selectivity).
 */
const kindsTried: readonly (readonly string[])[] = [["dependencies"], ["mcv"], ["dependencies", "mcv"]];

/** Where nothing can be counted, what a log shows stands without a proof. */
function onTheLogAlone({ logged }: StatisticsTrial, whyNotCounted: string): Verdict | null {
  if (logged === null) return null;
  return unproved(`${logged}; not tried: ${whyNotCounted}`);
}

interface Tried {
  readonly kinds: readonly string[];
  readonly counted: number;
  readonly mended: readonly TuningEffect[];
  /** Of all statements counted, times apart from the sample. */
  readonly worstError: number;
  readonly planned: number;
  readonly changedPlans: number;
}

interface Situation {
  readonly families: readonly PlannedFamily[];
  readonly before: ReadonlyMap<string, Plan>;
  readonly probes: readonly Probe[];
  /** `{condition → part of the sampled rows}`, counted once: it is the same whatever is tried. */
  readonly parts: Map<string, number | null>;
  readonly questions: Questions;
}

/** The reason in words when it cannot be tried. */
async function tryKinds(trial: StatisticsTrial, kinds: readonly string[], situation: Situation): Promise<Tried | string> {
  const { families, before, probes, parts, questions } = situation;
  const tried = await questions.planner.withStatistics?.({ ...trial, kinds }, async (sample) => {
    const after = await plansWith(trial.relation, families, before, questions);
    const counted: TuningEffect[] = [];
    for (const probe of probes) {
      const part = parts.get(probe.condition) ?? (await sample.fraction(probe.condition));
      parts.set(probe.condition, part);
      const rowsAfter = await expectedRows(probe.sql, questions);
      const [was, is] = [before.get(probe.family), after.get(probe.family)];
      if (part === null || rowsAfter === null || !was || !is) continue;
      // Expected and found fewer times than that, the sample tells nothing: one row of it stands for hundreds.
      if (Math.max(part, probe.rows / trial.rows) * sample.rows < fewestSampled) continue;
      counted.push({
        family: probe.family,
        costBefore: was.root.totalCost,
        costAfter: is.root.totalCost,
        rowsBefore: probe.rows,
        rowsAfter,
        rowsSampled: part * trial.rows,
        planChange: planChange(was, is),
      });
    }
    return { after, counted };
  });
  if (tried === undefined) return "the planner cannot try statistics objects";
  if (tried.kind === "refused") return tried.why;
  const { after, counted } = tried.result;
  const { planned, changedPlans } = compare(families, before, after);
  return {
    kinds,
    counted: counted.length,
    mended: counted.filter(isMended).toSorted((a, b) => errorBefore(b) - errorBefore(a) || (a.family < b.family ? -1 : 1)),
    worstError: Math.max(1, ...counted.map((each) => timesApart(each.rowsAfter ?? 1, each.rowsSampled ?? 1))),
    planned,
    changedPlans,
  };
}

/** What a statement keeps of the relation, as a statement of its own. */
interface Probe {
  readonly family: string;
  readonly condition: string;
  readonly sql: string;
  readonly rows: number;
}

async function probesOf(
  trial: StatisticsTrial,
  families: readonly PlannedFamily[],
  plans: ReadonlyMap<string, Plan>,
  questions: Questions,
): Promise<Probe[]> {
  const probes: Probe[] = [];
  for (const { family } of families) {
    const plan = trial.helps.includes(family.id) ? plans.get(family.id) : undefined;
    const condition = plan ? conditionOn(plan, trial.relation) : null;
    if (condition === null) continue;
    const sql = `select 1 from ${qualified(trial.relation)} where ${condition}`;
    const rows = await expectedRows(sql, questions);
    if (rows !== null) probes.push({ family: family.id, condition, sql, rows });
  }
  return probes;
}

/**
 * Parameters are bound one by one, so that their values may never occur together: the commonest combination of the sampled rows
 * stands for what the application asks.
 */
async function commonestProbe(trial: StatisticsTrial, questions: Questions): Promise<Probe[]> {
  const [family] = trial.helps;
  if (trial.targets.length < 2 || family === undefined) return [];
  const condition = (await (await questions.planner.sampledRows?.(trial.relation))?.commonest(trial.targets)) ?? null;
  if (condition === null) return [];
  const sql = `select 1 from ${qualified(trial.relation)} where ${condition}`;
  const rows = await expectedRows(sql, questions);
  return rows === null ? [] : [{ family, condition, sql, rows }];
}

/** All that the plan's only scan of the relation keeps rows by; null without a condition, with several scans, or under a BitmapOr. */
function conditionOn(plan: Plan, relation: RelationName): string | null {
  const scans = [...planNodes(plan)].filter((node) => node.relation !== null && sameRelation(node.relation, relation));
  const [scan, ...others] = scans;
  if (!scan || others.length > 0) return null;
  const parts = scanConditions(scan);
  return parts === null || parts.length === 0 ? null : parts.join(" and ");
}

function errorBefore({ rowsBefore, rowsSampled }: TuningEffect): number {
  return timesApart(rowsBefore ?? 1, rowsSampled ?? 1);
}

function isMended(effect: TuningEffect): boolean {
  const { rowsAfter, rowsSampled } = effect;
  return errorBefore(effect) > leastError && timesApart(rowsAfter ?? 1, rowsSampled ?? 1) * leastImprovement <= errorBefore(effect);
}
