import type { QueryFamily } from "../domain/workload.ts";

export interface WeighedFamily {
  readonly id: string;
  readonly baselineCost: number;
  /** What one planner cost unit of this statement's typical plan stands for in the whole workload. */
  readonly weight: number;
}

/**
 * Weights such that weight × baselineCost is the statement's load: its measured total time where it has one. Without a
 * time, calls × cost, brought to the scale of the measured ones by their mean time per cost unit (1 when none is measured).
 */
export function weigh(families: readonly { readonly family: QueryFamily; readonly baselineCost: number }[]): WeighedFamily[] {
  const measured = families.filter(({ family }) => family.load.meanTimeMs !== null);
  const time = sum(measured.map(({ family }) => totalTimeMs(family)));
  const cost = sum(measured.map(({ family, baselineCost }) => family.load.calls * baselineCost));
  const msPerCostUnit = time > 0 && cost > 0 ? time / cost : 1;
  return families.map(({ family, baselineCost }) => ({
    id: family.id,
    baselineCost,
    weight: family.load.meanTimeMs !== null && baselineCost > 0 ? totalTimeMs(family) / baselineCost : family.load.calls * msPerCostUnit,
  }));
}

function totalTimeMs(family: QueryFamily): number {
  return (family.load.meanTimeMs ?? 0) * family.load.calls;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
