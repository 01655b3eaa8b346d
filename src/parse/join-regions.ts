import type { Node } from "@pgsql/types";
import { type JoinTree, type Source, treeSources } from "../names/query-tree.ts";
import { nonNullableSources } from "../names/strictness.ts";

/**
 * A part of a join tree within which every condition may restrict every source: the top, or the null-extended side of one
 * outer join together with that join's ON. A condition restricts nothing outside its region.
 */
export interface Region {
  readonly conditions: Node[];
  readonly sources: Set<Source>;
  /** Sources whose order can reach the query's output: not looked up by a semi join, not null-extended. */
  readonly ordered: Set<Source>;
  /** The region of the side that is kept; constants known there hold here. */
  readonly parent: Region | null;
}

export interface Regions {
  /** The top first; a parent always before its children. */
  readonly regions: readonly Region[];
  /** Conditions that restrict no scan (ON of a FULL join); they still read columns. */
  readonly idle: readonly Node[];
}

/** Outer joins that a strict condition makes inner are inner (prepjointree.c, reduce_outer_joins). `pushed` are conditions from the query above. */
export function joinRegions(tree: JoinTree, pushed: readonly Node[]): Regions {
  const all: JoinTree = { kind: "inner", children: [tree], conditions: pushed };
  const top: Region = { conditions: [], sources: new Set(), ordered: new Set(), parent: null };
  const regions = [top];
  const idle: Node[] = [];
  collect(reduce(all, new Set()), top, true, { regions, idle });
  return { regions, idle };
}

function reduce(tree: JoinTree, nonNullable: ReadonlySet<Source>): JoinTree {
  if (tree.kind === "source") return tree;
  if (tree.kind === "inner") {
    const known = withConditions(nonNullable, tree.conditions);
    return { ...tree, children: tree.children.map((child) => reduce(child, known)) };
  }
  const { left, right, conditions } = tree;
  if (tree.kind === "semi") {
    const known = withConditions(nonNullable, conditions);
    return { ...tree, left: reduce(left, known), right: reduce(right, known) };
  }
  const rightIsReal = tree.kind !== "anti" && treeSources(right).some((source) => nonNullable.has(source));
  if (tree.kind === "full") {
    const leftIsReal = treeSources(left).some((source) => nonNullable.has(source));
    if (leftIsReal && rightIsReal) return reduce({ kind: "inner", children: [left, right], conditions }, nonNullable);
    if (leftIsReal) return reduce({ ...tree, kind: "left" }, nonNullable);
    if (rightIsReal) return reduce({ kind: "left", left: right, right: left, conditions }, nonNullable);
    return { ...tree, left: reduce(left, new Set()), right: reduce(right, new Set()) };
  }
  if (rightIsReal) return reduce({ kind: "inner", children: [left, right], conditions }, nonNullable);
  return { ...tree, left: reduce(left, nonNullable), right: reduce(right, withConditions(new Set(), conditions)) };
}

function withConditions(known: ReadonlySet<Source>, conditions: readonly Node[]): ReadonlySet<Source> {
  if (conditions.length === 0) return known;
  const all = new Set(known);
  for (const condition of conditions) for (const source of nonNullableSources(condition)) all.add(source);
  return all;
}

function collect(tree: JoinTree, region: Region, ordered: boolean, into: { readonly regions: Region[]; readonly idle: Node[] }): void {
  if (tree.kind === "source") {
    region.sources.add(tree.source);
    if (ordered) region.ordered.add(tree.source);
    return;
  }
  if (tree.kind === "inner") {
    region.conditions.push(...tree.conditions);
    for (const child of tree.children) collect(child, region, ordered, into);
    return;
  }
  if (tree.kind === "semi") {
    region.conditions.push(...tree.conditions);
    collect(tree.left, region, ordered, into);
    collect(tree.right, region, false, into);
    return;
  }
  const below = (conditions: readonly Node[]): Region => {
    const child: Region = { conditions: [...conditions], sources: new Set(), ordered: new Set(), parent: region };
    into.regions.push(child);
    return child;
  };
  if (tree.kind === "full") {
    into.idle.push(...tree.conditions);
    collect(tree.left, below([]), false, into);
    collect(tree.right, below([]), false, into);
    return;
  }
  collect(tree.left, region, ordered, into);
  collect(tree.right, below(tree.conditions), false, into);
}
