import type { WhatIf } from "../contract/planner.ts";
import type { Report } from "../domain/report.ts";
import type { Hardware } from "../domain/tuning.ts";
import { searchPathOf } from "../group/group.ts";
import type { TuningRule } from "../rule/tuning-rule.ts";
import { type TuneInput, tune } from "../tune/tune.ts";
import type { AuditResult } from "./assemble.ts";
import type { AuditTools } from "./audit.ts";

/** What the tuning stage needs besides the audit's tools. */
export interface TuningTools {
  readonly rules: ReadonlyMap<string, TuningRule>;
  readonly hardware: Hardware;
}

/** The report with its tuning part, proved with the recommended indexes in place. */
export async function withTuning(report: Report, result: AuditResult, tools: AuditTools, stop: () => void): Promise<Report> {
  if (!tools.tuning) return report;
  const { snapshot, workload, proved, planner, selection, options } = result;
  const { tuning, gaps } = await tune({
    snapshot,
    families: workload.families,
    planned: workload.families.flatMap((family) => proved.families.get(family.id) ?? []),
    rules: tools.tuning.rules,
    options: options.ruleOptions,
    hardware: tools.tuning.hardware,
    parser: tools.parser,
    searchPath: searchPathOf(snapshot),
    planner,
    indexes: chosenIndexes(result),
    chosen: (selection?.chosen ?? []).flatMap(({ candidate: { id, change } }) =>
      change.kind === "create-index" ? [{ id, index: change.index }] : [],
    ),
    ...copySize(result),
    stop,
    onProgress: options.onProgress,
  });
  return { ...report, tuning, gaps: [...report.gaps, ...gaps] };
}

function copySize({ measurer, options: { signal } }: AuditResult): Pick<TuneInput, "copySize"> {
  if (!measurer?.size) return {};
  return {
    copySize: async (target) => {
      if (signal.aborted) return { kind: "unknown", why: "the run was stopped" };
      return (await measurer.size?.(target, signal)) ?? { kind: "unknown", why: "it cannot tell" };
    },
  };
}

/** The recommended set, as a planner is asked for it. */
function chosenIndexes({ selection }: AuditResult): WhatIf {
  const changes = selection?.chosen.map((each) => each.candidate) ?? [];
  return {
    show: changes.filter((each) => each.change.kind === "create-index").map((each) => each.id),
    hide: changes.flatMap(({ change }) => (change.kind === "drop-index" ? [change.index] : [])),
  };
}
