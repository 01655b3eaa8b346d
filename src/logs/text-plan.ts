import { identName } from "../domain/identifier.ts";
import type { Plan, PlanNode } from "../domain/plan.ts";

interface Open {
  readonly indent: number;
  readonly node: Draft;
}
type Draft = { -readonly [Key in keyof PlanNode]: PlanNode[Key] } & { children: Draft[] };

const nodeLine =
  /^(\s*)(?:->\s+)?(.+?) {2}\(cost=(\d+\.\d+)\.\.(\d+\.\d+) rows=(\d+) width=\d+\)(?: \((?:actual time=(\d+\.\d+)\.\.(\d+\.\d+) rows=([\d.]+) loops=(\d+)|actual rows=([\d.]+) loops=(\d+)|never executed)\))?/;

/** EXPLAIN's text format, as auto_explain logs it, one line an element; null when its first line is no node. */
export function readTextPlan(lines: readonly string[]): Plan | null {
  const open: Open[] = [];
  let root: Draft | null = null;
  let executionTimeMs: number | null = null;
  for (const line of lines) {
    const found = nodeLine.exec(line);
    if (!found) {
      property(open.at(-1)?.node ?? null, line.trim());
      executionTimeMs = timeIn(line) ?? executionTimeMs;
      continue;
    }
    const indent = found[1]!.length;
    while (open.length > 0 && open.at(-1)!.indent >= indent) open.pop();
    const node = draftOf(found);
    const parent = open.at(-1)?.node;
    if (parent) parent.children.push(node);
    else if (root === null) root = node;
    else break; // no plan has two roots: the next message was glued to it
    open.push({ indent, node });
  }
  return root === null ? null : { root, executionTimeMs };
}

function timeIn(line: string): number | null {
  const found = /^\s*Execution Time: (\d+\.\d+) ms/.exec(line);
  return found ? Number(found[1]) : null;
}

/** Nodes that read a relation: `Parallel Index Only Scan Backward using i on s.t a`. */
function draftOf(found: RegExpExecArray): Draft {
  const words = found[2]!.replace(/^Parallel /, "");
  const scan = /^(.*?)(?: Backward)?(?: using ("(?:[^"]|"")+"|\S+))? on (?:("(?:[^"]|"")+"|[^\s.]+)\.)?("(?:[^"]|"")+"|\S+)/.exec(words);
  const type = (scan?.[1] ?? words).trim();
  const isBitmapIndex = type === "Bitmap Index Scan";
  const name = (text: string | undefined) => (text === undefined ? null : identName(text));
  const join = /^(Nested Loop|Hash|Merge) (Left|Right|Full|Semi|Anti|Right Semi|Right Anti) Join$/.exec(type);
  const rows = found[8] ?? found[10];
  return {
    type: join ? (join[1] === "Nested Loop" ? "Nested Loop" : `${join[1]} Join`) : (aggregates[type] ?? type),
    relation: scan && !isBitmapIndex && scan[4] !== undefined ? { schema: name(scan[3]) ?? "", name: name(scan[4])! } : null,
    index: isBitmapIndex ? name(scan?.[4]) : name(scan?.[2]),
    indexCondition: null,
    filter: null,
    startupCost: Number(found[3]),
    totalCost: Number(found[4]),
    planRows: Number(found[5]),
    joinType: join?.[2] ?? (/^(Nested Loop|Hash Join|Merge Join)$/.test(type) ? "Inner" : null),
    strategy: strategies[type] ?? null,
    parallelAware: found[2]!.startsWith("Parallel "),
    scanDirection: words.includes(" Backward") ? "Backward" : null,
    actual:
      rows === undefined
        ? null
        : { rowsPerLoop: Number(rows), loops: Number(found[9] ?? found[11]), timeMsPerLoop: found[7] === undefined ? 0 : Number(found[7]) },
    children: [],
  };
}

/** Text names an aggregate by its strategy, JSON apart (explain.c). */
const strategies: Readonly<Record<string, string>> = { Aggregate: "Plain", HashAggregate: "Hashed", GroupAggregate: "Sorted" };
const aggregates: Readonly<Record<string, string>> = { HashAggregate: "Aggregate", GroupAggregate: "Aggregate" };

function property(node: Draft | null, text: string): void {
  if (node === null) return;
  if (text.startsWith("Index Cond: ")) node.indexCondition = text.slice("Index Cond: ".length);
  else if (text.startsWith("Filter: ")) node.filter = text.slice("Filter: ".length);
}
