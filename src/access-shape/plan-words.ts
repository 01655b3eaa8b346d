import type { PlanNode } from "../domain/plan.ts";
import type { CatalogView } from "../rule/catalog-view.ts";
import { magnitude } from "./bands.ts";

/**
 * A plan's nodes in the order EXPLAIN prints them, in brackets as they nest, each with the power of ten of its rows. Nodes that a
 * newer release or another setting puts around the same paths (Gather, Memoize, Materialize, Result) are left out, so that
 * one problem has one text on every release as far as possible.
 */
export function planWords(node: PlanNode, catalog: CatalogView): readonly string[] {
  const children = node.children.flatMap((child) => planWords(child, catalog));
  if (wrappers.has(node.type) && node.children.length === 1) return children;
  const name = node.type.toLowerCase().replaceAll(" ", "-");
  const words = [
    name,
    ...(node.joinType === null || node.joinType === "Inner" ? [] : [node.joinType.toLowerCase()]),
    ...(node.relation === null ? [] : [`of-${magnitude(catalog.rows(node.relation))}`]),
    ...(node.filter === null || node.relation === null ? [] : ["filtered"]),
    `gives-${magnitude(node.planRows)}`,
  ];
  return children.length === 0 ? words : [...words, "(", ...children, ")"];
}

const wrappers = new Set(["Gather", "Gather Merge", "Memoize", "Materialize", "Result", "Incremental Sort"]);
