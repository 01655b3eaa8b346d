import type { Node } from "@pgsql/types";
import type { Catalog } from "../domain/catalog.ts";
import { aggregatesIn } from "../names/query-shape.ts";
import {
  columnOf,
  type DerivedSource,
  type Output,
  type Query,
  queryOf,
  type Source,
  sourcesOf,
  treeSources,
} from "../names/query-tree.ts";
import { walk } from "../syntax/tree.ts";
import { describeOrder, type OrderAbove, ordersBelow } from "./describe-order.ts";
import { disjunctionOn } from "./disjunctions.ts";
import { type EquivalenceClass, equivalenceClasses, impliedConditions } from "./equivalence-classes.ts";
import { joinRegions, type Region } from "./join-regions.ts";
import { predicatesOn } from "./predicates.ts";
import { pushedInto } from "./push-down.ts";
import { addDisjunction, addPredicate, draftOf, type ScanDrafts } from "./scan-draft.ts";

/** What describing one statement carries. */
export interface Description {
  readonly catalog: Catalog;
  readonly drafts: ScanDrafts;
  /** Queries done: a CTE that is computed once, a sublink that several clauses hold. */
  readonly done: Set<Query>;
  /** Outputs of derived sources already counted as read. */
  readonly read: Set<Output>;
}

export interface FromAbove {
  /** Conditions that the query above lets through, over this query's sources. */
  readonly conditions: readonly Node[];
  readonly order: OrderAbove | null;
}

const nothingAbove: FromAbove = { conditions: [], order: null };

/** Gathers what one query, and everything below it, asks of each base table. `outputs` says whether somebody reads them. */
export function describeQuery(query: Query, outputs: "read" | "unread", description: Description, above: FromAbove = nothingAbove): void {
  if (description.done.has(query)) return;
  description.done.add(query);
  for (const nested of query.nested) describeQuery(nested, "read", description);

  const own = new Set(treeSources(query.from));
  for (const source of own) if (source.kind === "table") draftOf(description.drafts, source);
  const passed = query.having.filter((each) => !query.groupingSets && query.groupKeys.length > 0 && aggregatesIn(each).length === 0);
  const { regions, idle } = joinRegions(query.from, [...above.conditions, ...passed]);
  const classes = new Map<Region, readonly EquivalenceClass[]>();
  const below = new Map<DerivedSource, Node[][]>();
  for (const region of regions) {
    const found = equivalenceClasses(region, own, region.parent ? (classes.get(region.parent) ?? []) : []);
    classes.set(region, found);
    for (const condition of [...region.conditions, ...impliedConditions(region, found)]) restrict(condition, region, below, description);
  }

  const [top] = regions;
  const known = { classes: top ? (classes.get(top) ?? []) : [], own, catalog: description.catalog };
  if (top) describeOrder(query, top, known, above.order, description.drafts);
  // Below first: reading an output counts columns of tables that must be known by then.
  describeDerived(query, own, below, known, above.order, description);
  for (const region of regions) for (const condition of region.conditions) readColumns(condition, description);
  readQuery(query, idle, outputs, description);
}

/** Adds one condition to every scan of the region that it restricts, and notes what enters derived sources. */
function restrict(condition: Node, region: Region, below: Map<DerivedSource, Node[][]>, { catalog, drafts }: Description): void {
  for (const source of sourcesOf(condition)) {
    if (!region.sources.has(source)) continue;
    if (source.kind === "derived") {
      const arms = below.get(source) ?? source.arms.map(() => []);
      below.set(source, arms);
      for (const [position, pushed] of pushedInto(source, condition, catalog).entries()) if (pushed) arms[position]?.push(pushed);
    }
    if (source.kind !== "table") continue;
    const draft = draftOf(drafts, source);
    const or = disjunctionOn(condition, source, catalog);
    if (or?.kind === "arms") addDisjunction(draft, or.arms);
    for (const predicate of or?.kind === "predicates" ? or.predicates : predicatesOn(condition, source, catalog))
      addPredicate(draft, predicate);
  }
}

function describeDerived(
  query: Query,
  own: ReadonlySet<Source>,
  below: ReadonlyMap<DerivedSource, Node[][]>,
  known: Parameters<typeof ordersBelow>[1],
  order: OrderAbove | null,
  description: Description,
): void {
  const orders = ordersBelow(query, known, order);
  for (const source of own) {
    if (source.kind !== "derived") continue;
    for (const [position, arm] of source.arms.entries()) {
      const conditions = below.get(source)?.[position] ?? [];
      describeQuery(arm, "unread", description, { conditions, order: orders(source, arm) });
      // Duplicates are told by all columns, and a CTE that is kept keeps all of them.
      if (source.combine === "distinct" || source.shared || arm.distinct === "all")
        for (const output of arm.outputs) readOutput(output, output.star, description);
    }
  }
}

function readQuery(query: Query, idle: readonly Node[], outputs: "read" | "unread", description: Description): void {
  if (outputs === "read" || query.distinct === "all") for (const output of query.outputs) readOutput(output, output.star, description);
  const keys = Array.isArray(query.distinct) ? query.distinct : [];
  const sorts = [...query.sort, ...query.windows.flatMap((window) => window.order)].map((item) => item.node);
  const partitions = query.windows.flatMap((window) => window.partition);
  for (const node of [...idle, ...query.groupKeys, ...query.having, ...keys, ...sorts, ...partitions, ...query.reads])
    readColumns(node, description);
}

function readOutput(output: Output, star: boolean, description: Description): void {
  const column = columnOf(output.expression);
  const draft = star && column?.source.kind === "table" ? description.drafts.get(column.source) : undefined;
  if (draft) draft.wholeRow = true;
  else readColumns(output.expression, description, star);
}

/** Counts every column an expression reads, down through derived sources to the base tables, and describes its sublinks. */
function readColumns(node: Node, description: Description, star = false): void {
  walk(node, (each) => {
    const column = columnOf(each);
    if (column?.source.kind === "table") {
      const draft = description.drafts.get(column.source);
      if (draft && column.column === null) draft.wholeRow = true;
      else if (draft && column.column !== null) addColumn(draft, column.source, column.column);
    }
    if (column?.source.kind === "derived")
      for (const arm of column.source.arms) {
        const output = arm.outputs[column.position];
        if (!output || (description.read.has(output) && !star)) continue;
        description.read.add(output);
        readOutput(output, star && output.star, description);
      }
    const query = queryOf(each);
    if (!query || !("SubLink" in each)) return undefined;
    describeQuery(query, each.SubLink.subLinkType === "EXISTS_SUBLINK" ? "unread" : "read", description);
    if (each.SubLink.testexpr) readColumns(each.SubLink.testexpr, description);
    return "skip";
  });
}

type Draft = ReturnType<typeof draftOf>;

/** A system column is in the row's header: the row must be fetched. */
function addColumn(draft: Draft, table: Parameters<typeof draftOf>[1], column: string): void {
  if (table.relation.columns.some((each) => each.name === column)) draft.columns.add(column);
  else draft.wholeRow = true;
}
