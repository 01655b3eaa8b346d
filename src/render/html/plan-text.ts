import { readableIdent } from "../../domain/identifier.ts";
import type { Plan, PlanNode } from "../../domain/plan.ts";
import { cost, grouped, milliseconds } from "../../domain/units.ts";
import { harmless } from "../safe-text.ts";
import { html, type Markup } from "./markup.ts";
import { relationText } from "./pieces.ts";

/** One line of a plan as EXPLAIN's text format prints it, without its figures; equal steps have equal words. */
interface Line {
  readonly depth: number;
  readonly step: string;
  readonly figures: string;
  readonly conditions: readonly string[];
}

/** Two plans as EXPLAIN would print them; steps that only one of them has are marked, in words for who cannot see the colour. */
export function planPair(before: Plan, after: Plan): { readonly before: Markup; readonly after: Markup } {
  const left = planLines(before.root, 0);
  const right = planLines(after.root, 0);
  return { before: markedLines(left, onlyIn(left, right), "gone"), after: markedLines(right, onlyIn(right, left), "new") };
}

function planLines(node: PlanNode, depth: number): Line[] {
  const conditions = [
    ...(node.indexCondition === null ? [] : [`Index Cond: ${node.indexCondition}`]),
    ...(node.filter === null ? [] : [`Filter: ${node.filter}`]),
  ];
  const own: Line = { depth, step: stepText(node), figures: figuresText(node), conditions };
  return [own, ...node.children.flatMap((child) => planLines(child, depth + 1))];
}

/** `Parallel Index Only Scan Backward using orders_pkey on shop.orders`, as explain.c words it. */
function stepText(node: PlanNode): string {
  const words = [`${node.parallelAware ? "Parallel " : ""}${nodeName(node)}`];
  if (node.scanDirection === "Backward") words.push("Backward");
  if (node.index !== null) words.push(node.type === "Bitmap Index Scan" ? "on" : "using", readableIdent(node.index));
  if (node.relation !== null) words.push("on", relationText(node.relation));
  return words.join(" ");
}

const aggregates: Readonly<Record<string, string>> = { Hashed: "HashAggregate", Sorted: "GroupAggregate", Mixed: "MixedAggregate" };

/** EXPLAIN's text says HashAggregate, Hash Left Join and Update where its JSON has a type and a second field. */
function nodeName(node: PlanNode): string {
  if (node.type === "Aggregate") return aggregates[node.strategy ?? ""] ?? "Aggregate";
  if (node.type === "ModifyTable") return node.strategy ?? node.type;
  if (node.type === "SetOp") return `${node.strategy === "Hashed" ? "Hash" : ""}SetOp`;
  const { joinType } = node;
  if (joinType === null || joinType === "Inner") return node.type;
  return node.type === "Nested Loop" ? `Nested Loop ${joinType} Join` : node.type.replace(/ Join$/, ` ${joinType} Join`);
}

function figuresText(node: PlanNode): string {
  const estimate = `cost ${cost(node.startupCost)} … ${cost(node.totalCost)}, ${grouped(node.planRows)} ${node.planRows === 1 ? "row" : "rows"}`;
  if (node.actual === null) return estimate;
  const { rowsPerLoop, loops, timeMsPerLoop } = node.actual;
  if (loops === 0) return `${estimate}; never executed`;
  return `${estimate}; actual ${milliseconds(timeMsPerLoop)}, ${grouped(rowsPerLoop)} rows${loops === 1 ? "" : ` × ${grouped(loops)} loops`}`;
}

/** Positions of the lines whose step the other plan has not, or has less often. */
function onlyIn(lines: readonly Line[], other: readonly Line[]): ReadonlySet<number> {
  const left = new Map<string, number>();
  for (const { step } of other) left.set(step, (left.get(step) ?? 0) + 1);
  const positions = new Set<number>();
  for (const [position, { step }] of lines.entries()) {
    const count = left.get(step) ?? 0;
    if (count === 0) positions.add(position);
    left.set(step, Math.max(0, count - 1));
  }
  return positions;
}

/** Deeper steps are not indented further: a plan of a hundred levels stays on the page. */
const deepest = 24;

function markedLines(lines: readonly Line[], marked: ReadonlySet<number>, mark: "gone" | "new"): Markup {
  return html`${lines.map(({ depth, step, figures, conditions }, position) => {
    const margin = "  ".repeat(Math.min(depth, deepest) * 2);
    const lead = depth === 0 ? "" : `${margin.slice(4)}→ `;
    const sign = !marked.has(position) ? " " : mark === "new" ? "+" : "−";
    const words = marked.has(position) ? html`<b class="step ${mark}">${step}</b>` : html`<b class="step">${step}</b>`;
    const below = conditions.map((condition) => `\n  ${margin}   ${harmless(condition).replaceAll(/\s+/g, " ")}`);
    return html`${position === 0 ? "" : "\n"}${sign} ${lead}${words} <span class="figures">${figures}</span>${
      below.length === 0 ? null : html`<span class="condition">${below}</span>`
    }`;
  })}`;
}
