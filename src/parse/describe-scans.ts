import type { Node } from "@pgsql/types";
import type { Catalog } from "../domain/catalog.ts";
import { type RelationName, relationKey } from "../domain/postgres.ts";
import type { Scan, StatementKind } from "../domain/workload.ts";
import { type NameOptions, resolveStatement } from "../names/resolve-names.ts";
import { walk } from "../syntax/tree.ts";
import { describeQuery } from "./describe-query.ts";
import { finishedScans, type ScanDrafts } from "./scan-draft.ts";

export interface StatementFacts {
  /** Of the outermost statement: EXPLAIN, DECLARE, PREPARE, COPY (…) and CREATE TABLE AS are `utility`, though their scans are given. */
  readonly kind: StatementKind;
  /** One per base relation and place it is read at, in order of appearance. */
  readonly scans: readonly Scan[];
  /** Base relations touched, views expanded, sorted. */
  readonly relations: readonly RelationName[];
  /** The highest $n. */
  readonly parameterCount: number;
  /** Names that could not be resolved, as text, sorted. */
  readonly unresolved: readonly string[];
}

/**
 * What a statement asks of every base relation it reads. Never throws on a parse tree: what the catalog does not know is listed in
 * `unresolved`, and a statement nested deeper than the stack is reported there with no scans. Views not in `viewTrees` are unresolved.
 */
export function describeStatement(node: Node, catalog: Catalog, options: NameOptions): StatementFacts {
  const facts = { kind: kindOf(node), parameterCount: highestParameter(node) };
  try {
    const { query, sources, written, unresolved } = resolveStatement(innerStatement(node), catalog, options);
    const drafts: ScanDrafts = new Map();
    if (query) describeQuery(query, "read", { catalog, drafts, done: new Set(), read: new Set() });
    const tables = sources.flatMap((source) => (source.kind === "table" ? [source.relation] : []));
    return { ...facts, scans: finishedScans(drafts), relations: distinctRelations([...tables, ...written]), unresolved };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { ...facts, scans: [], relations: [], unresolved: ["statement nested too deeply"] };
  }
}

/** The statement that EXPLAIN, PREPARE, DECLARE CURSOR, CREATE TABLE AS, COPY (…) or CREATE VIEW wraps; the node itself otherwise. */
export function innerStatement(node: Node): Node {
  if ("ExplainStmt" in node && node.ExplainStmt.query) return innerStatement(node.ExplainStmt.query);
  if ("PrepareStmt" in node && node.PrepareStmt.query) return node.PrepareStmt.query;
  if ("DeclareCursorStmt" in node && node.DeclareCursorStmt.query) return node.DeclareCursorStmt.query;
  if ("CreateTableAsStmt" in node && node.CreateTableAsStmt.query) return node.CreateTableAsStmt.query;
  if ("CopyStmt" in node && node.CopyStmt.query) return node.CopyStmt.query;
  if ("ViewStmt" in node && node.ViewStmt.query) return node.ViewStmt.query;
  return node;
}

function kindOf(node: Node): StatementKind {
  if ("SelectStmt" in node) return "select";
  if ("InsertStmt" in node) return "insert";
  if ("UpdateStmt" in node) return "update";
  if ("DeleteStmt" in node) return "delete";
  return "MergeStmt" in node ? "merge" : "utility";
}

function highestParameter(node: Node): number {
  let highest = 0;
  walk(node, (each) => {
    if ("ParamRef" in each) highest = Math.max(highest, each.ParamRef.number ?? 0);
    return undefined;
  });
  return highest;
}

function distinctRelations(relations: readonly RelationName[]): RelationName[] {
  const byKey = new Map(relations.map(({ schema, name }) => [relationKey({ schema, name }), { schema, name }]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, relation]) => relation);
}
