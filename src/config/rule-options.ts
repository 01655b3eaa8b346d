import { AdvisorError } from "../errors.ts";
import type { AuditInput, ListedRule } from "./audit-input.ts";
import { closest } from "./suggest.ts";

/** Throws CONFIG_INVALID when an option is set for a rule that does not exist, or does not have it, or outside its range. */
export function checkRuleOptions(options: AuditInput["ruleOptions"], rules: readonly ListedRule[]): void {
  for (const [id, values] of Object.entries(options)) {
    const rule = rules.find((each) => each.id === id);
    if (!rule)
      throw unknown(
        `rule "${id}"`,
        id,
        rules.map((each) => each.id),
        "Run: plansmith rules",
      );
    for (const [name, value] of Object.entries(values)) checkValue(rule, name, value);
  }
}

function checkValue(rule: ListedRule, name: string, value: number): void {
  const option = Object.hasOwn(rule.options, name) ? rule.options[name] : undefined;
  if (!option) throw unknown(`option "${name}" of rule ${rule.id}`, name, Object.keys(rule.options), `Run: plansmith rules ${rule.id}`);
  if (value >= option.min && value <= option.max) return;
  throw new AdvisorError(
    "CONFIG_INVALID",
    `Option "${name}" of rule ${rule.id} is ${value}, outside ${option.min} to ${option.max} ${option.unit}.`,
    {
      hint: `${option.doc}; the default is ${option.default}.`,
    },
  );
}

function unknown(what: string, word: string, known: readonly string[], otherwise: string): AdvisorError {
  const near = closest(word, known);
  return new AdvisorError("CONFIG_INVALID", `Unknown ${what}.`, { hint: near === null ? otherwise : `Did you mean "${near}"?` });
}
