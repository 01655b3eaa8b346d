import type { PlanNode } from "../domain/plan.ts";
import type { CatalogView } from "../rule/catalog-view.ts";
import { magnitude, share } from "./bands.ts";
import { indexWords } from "./index-words.ts";

/**
 * A plan's nodes in the order EXPLAIN prints them, in brackets as they nest, each with the power of ten of its rows; a scan that filters
 * also says which part of its rows it keeps (`keeps`), and of its pages those rows would lie on if no two shared one (`fetches`). Nodes
 * that a newer release or another setting puts around the same paths (Gather, Memoize, Materialize, Result, the half of an aggregate that
 * workers do) are left out, and rows are those of all workers together, so that one problem has one text on every release as far as
 * possible.
 */
export function planWords(node: PlanNode, catalog: CatalogView): readonly string[] {
  return wordsOf(node, catalog, 1);
}

/** `workers`: what the rows of a node that workers share are multiplied by. */
function wordsOf(node: PlanNode, catalog: CatalogView, workers: number): readonly string[] {
  const [only] = node.children;
  if (only !== undefined && node.children.length === 1) {
    if (gathers.has(node.type)) return wordsOf(only, catalog, Math.max(1, node.planRows / Math.max(1, only.planRows)));
    if (wrappers.has(node.type)) return wordsOf(only, catalog, workers);
    const half = node.type === "Aggregate" ? halfUnder(only) : null;
    if (half) return wordsOf({ ...node, children: half.children }, catalog, half.workers);
  }
  const children = node.children.flatMap((child) => wordsOf(child, catalog, workers));
  const rows = node.planRows * (shared(node) ? workers : 1);
  const words = [
    node.type.toLowerCase().replaceAll(" ", "-"),
    ...(node.joinType === null || node.joinType === "Inner" ? [] : [node.joinType.toLowerCase()]),
    ...(node.index === null ? [] : indexWords(node.index, catalog)),
    ...(node.relation === null ? [] : scanned(node, rows, catalog)),
    `gives-${magnitude(rows)}`,
  ];
  return children.length === 0 ? words : [...words, "(", ...children, ")"];
}

function scanned(node: PlanNode, rows: number, catalog: CatalogView): readonly string[] {
  const all = catalog.rows(node.relation!);
  const of = `of-${magnitude(all)}`;
  const conditional = node.filter !== null || node.indexCondition !== null || node.type === "Bitmap Heap Scan";
  if (!conditional) return [of];
  const pages = catalog.pages(node.relation!);
  return [of, ...(node.filter === null ? [] : ["filtered"]), `keeps-${share(rows, all)}`, `fetches-${share(Math.min(rows, pages), pages)}`];
}

/** The aggregate that workers do before theirs are put together, and how many rows of theirs make one of the whole. */
function halfUnder(node: PlanNode): { readonly children: readonly PlanNode[]; readonly workers: number } | null {
  const [only] = node.children;
  if (only === undefined || node.children.length !== 1) return null;
  if (node.type === "Aggregate") return { children: node.children, workers: 1 };
  const gathered = gathers.has(node.type);
  if (!gathered && !wrappers.has(node.type) && node.type !== "Sort") return null;
  const below = halfUnder(only);
  return below && gathered ? { ...below, workers: Math.max(1, node.planRows / Math.max(1, only.planRows)) } : below;
}

/** True when workers divide this node's rows among them: it, or what feeds it, is parallel aware. */
function shared(node: PlanNode): boolean {
  return node.parallelAware || node.children.some(shared);
}

const gathers = new Set(["Gather", "Gather Merge"]);
const wrappers = new Set(["Memoize", "Materialize", "Result", "Incremental Sort"]);
