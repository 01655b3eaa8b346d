import { Args, Command, Flags } from "@oclif/core";
import type { ListedRule } from "../../config/audit-input.ts";
import { closest } from "../../config/suggest.ts";
import { AdvisorError } from "../../errors.ts";

export default class Rules extends Command {
  static override summary = "List the rules, or show one with its options and sources";
  static override examples = ["<%= config.bin %> <%= command.id %>", "<%= config.bin %> <%= command.id %> index/btree-for-filter"];
  static override args = { id: Args.string({ description: "A rule's id, or the start of several" }) };
  static override flags = { json: Flags.boolean({ description: "As JSON" }) };

  override async run(): Promise<number> {
    const { args, flags } = await this.parse(Rules);
    const { listRules } = await import("../../wire.ts");
    const chosen = choose(await listRules(), args.id);
    if (flags.json) this.log(JSON.stringify(chosen, null, 2));
    else if (args.id !== undefined && chosen.length === 1) this.log(ruleText(chosen[0]!));
    else for (const rule of chosen) this.log(`${rule.id}\n  ${rule.detects}`);
    return 0;
  }
}

function choose(rules: readonly ListedRule[], id: string | undefined): readonly ListedRule[] {
  if (id === undefined) return rules;
  const exact = rules.filter((rule) => rule.id === id || rule.id === `index/${id}`);
  const matching = exact.length > 0 ? exact : rules.filter((rule) => rule.id.startsWith(id));
  if (matching.length > 0) return matching;
  const near = closest(
    id,
    rules.map((rule) => rule.id),
  );
  throw new AdvisorError("INPUT_INVALID", `Unknown rule "${id}".`, {
    hint: near === null ? "Run: plansmith rules" : `Did you mean ${near}?`,
  });
}

/** Everything a rule says about itself. */
function ruleText(rule: ListedRule): string {
  const options = Object.entries(rule.options).map(
    ([name, option]) => `  ${name} = ${option.default} ${option.unit} (${option.min} to ${option.max}): ${option.doc}`,
  );
  return [
    rule.id,
    `  Detects: ${rule.detects}`,
    `  Effect:  ${rule.effect}`,
    `  Remedy:  ${rule.remedy}`,
    ...(options.length > 0 ? ["Options, under rules in plansmith.config.json", ...options] : []),
    ...(rule.gates.length > 0 ? ["Versions", ...rule.gates.map((gate) => `  From ${gate.from}: ${gate.changes}`)] : []),
    "Sources",
    ...rule.sources.map((source) => `  ${source.says}\n  ${source.url}`),
  ].join("\n");
}
