import type { Predicate } from "../domain/workload.ts";

/** A predicate's operator as the access methods class it: what decides which operator class can serve it. */
export function operatorWord({ operator, compared }: Pick<Predicate, "operator" | "compared">): string {
  if (operator === "~~" || operator === "~~*") return `${operator === "~~" ? "like" : "ilike"}-${patternKind(compared)}`;
  return words.get(operator) ?? `operator-${operator}`;
}

const words = new Map<string, string>([
  ["=", "equals"],
  ["= any", "in"],
  ["<", "range"],
  ["<=", "range"],
  [">", "range"],
  [">=", "range"],
  ["<>", "differs"],
  ["!=", "differs"],
  ["<> all", "not-in"],
  ["is null", "is-null"],
  ["is not null", "is-not-null"],
  ["is true", "is-true"],
  ["is not true", "is-not-true"],
  ["is false", "is-false"],
  ["is not false", "is-not-false"],
  ["is not distinct from", "equals-or-null"],
  ["@>", "contains"],
  ["<@", "contained"],
  ["&&", "overlaps"],
  ["?", "has-key"],
  ["?|", "has-any-key"],
  ["?&", "has-all-keys"],
  ["@@", "matches"],
  ["@@@", "matches"],
  ["@?", "path-exists"],
  ["~", "regex"],
  ["~*", "iregex"],
  ["%", "similar"],
  ["<%", "word-similar"],
  ["%>", "word-similar"],
  ["<->", "distance"],
  ["<=>", "distance-cosine"],
  ["<#>", "distance-product"],
  ["<+>", "distance-l1"],
]);

/** Where a LIKE pattern is anchored decides between B-tree and trigrams; that is part of the problem, its letters are not. */
function patternKind(compared: Predicate["compared"]): string {
  if (compared.kind !== "constant" || compared.value === null) return "unknown";
  const pattern = compared.value;
  const openStart = /^[%_]/.test(pattern);
  const openEnd = /(^|[^\\])(\\\\)*[%_]/.test(pattern);
  if (openStart) return pattern.length > 1 && !/[%_]/.test(pattern.slice(1)) ? "suffix" : "infix";
  return openEnd ? "prefix" : "whole";
}
