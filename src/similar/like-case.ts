import type { LikeCase } from "../domain/like-case.ts";
import type { ProvenCase } from "../domain/proven-case.ts";
import type { NearCase } from "./similar-cases.ts";

/** What the change of a case was, in a few words without names: "B-tree on integer and time, covering", "or to union all". */
export function caseTitle({ kind, changeClass, rules }: Pick<ProvenCase, "kind" | "changeClass" | "rules">): string {
  if (kind === "rewrite") return (rules[0] ?? changeClass).replace(/^rewrite\//, "").replaceAll("-", " ");
  const [method = "", ...words] = changeClass.split(" ");
  const keys = words.filter((word) => word.startsWith("column-") || word === "expression").map((word) => keyWords(word));
  const rest = words.filter((word) => !word.startsWith("column-") && word !== "expression");
  return [`${methodNames.get(method) ?? method} on ${listed(keys)}`, ...rest].join(", ");
}

/** The case as a report shows it. */
export function likeCase({ proven, similarity }: NearCase): LikeCase {
  return {
    id: proven.id,
    title: caseTitle(proven),
    similarity: Math.round(similarity * 100) / 100,
    change: proven.change,
    costBefore: proven.before.totalCost,
    costAfter: proven.after.totalCost,
    because: proven.because,
  };
}

const methodNames = new Map([
  ["btree", "B-tree"],
  ["hash", "hash index"],
  ["gin", "GIN"],
  ["gist", "GiST"],
  ["spgist", "SP-GiST"],
  ["brin", "BRIN"],
]);

function keyWords(word: string): string {
  const type = word.replace(/^column-/, "");
  return type === "expression" ? "an expression" : type === "moment" ? "time" : type.replace(/^array-of-(.*)$/, "$1 array");
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? "nothing") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
