import type { Snapshot } from "../domain/snapshot.ts";
import type { Tuning } from "../domain/tuning.ts";
import type { Options, OptionValues } from "../rule/rule.ts";
import type { TuningContext, TuningProposal, TuningRule } from "../rule/tuning-rule.ts";
import { missingParts } from "./context.ts";
import { whereSet } from "./where-set.ts";

/** Proposals of one rule on one thing that are taken; the rest of a schema with hundreds alike adds nothing. */
const mostPerRule = 20;

export interface Proposed {
  readonly rule: string;
  readonly meta: TuningRule;
  readonly proposal: TuningProposal;
}

export interface RanRules {
  readonly proposals: readonly Proposed[];
  readonly unread: Tuning["unread"];
  /** A rule that threw is a bug: named, and the run goes on. */
  readonly failures: readonly { readonly rule: string; readonly error: unknown }[];
}

/** Runs every rule whose facts were read. `options` are what a user set, by rule id and option name. */
export function runRules(
  snapshot: Snapshot,
  context: Omit<TuningContext, "options">,
  rules: ReadonlyMap<string, TuningRule>,
  options: Readonly<Record<string, Readonly<Record<string, number>>>>,
): RanRules {
  const proposals: Proposed[] = [];
  const unread: { rule: string; missing: readonly string[] }[] = [];
  const failures: { rule: string; error: unknown }[] = [];
  for (const [id, rule] of rules) {
    const missing = missingParts(snapshot, rule.needs);
    if (missing.length > 0) {
      unread.push({ rule: id, missing });
      continue;
    }
    try {
      let taken = 0;
      for (const proposal of rule.advise({ ...context, options: optionValues(rule.options ?? {}, options[id] ?? {}) })) {
        if (taken++ === mostPerRule) break;
        proposals.push({ rule: id, meta: rule, proposal: whereSet(proposal, rule.remedy, snapshot) });
      }
    } catch (error) {
      failures.push({ rule: id, error });
    }
  }
  return { proposals, unread, failures };
}

function optionValues(declared: Options, given: Readonly<Record<string, number>>): OptionValues<Options> {
  return Object.fromEntries(Object.entries(declared).map(([name, option]) => [name, given[name] ?? option.default]));
}
