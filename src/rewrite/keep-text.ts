import type { Node, SelectStmt } from "@pgsql/types";
import { treeText } from "../rule/read-nodes.ts";
import { deparse } from "../syntax/deparse.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";
import { isNode, tagOf } from "../syntax/tree.ts";
import { type Clause, type ClauseName, clauseFields, clauseNames, clausesOf } from "./select-clauses.ts";
import { type Extent, TextExtents } from "./text-extents.ts";
import { writeKept, writesLowerCase } from "./write-kept.ts";

/** Longer texts are written anew as a whole: each search for an end parses pieces of them. */
const longestKept = 250_000;

/**
 * The text of a rewritten statement in which only the changed part differs from the user's: comments, spelling and layout elsewhere
 * stay. `after` must share its unchanged parts with `before`, the tree of `sql`. What comes back always parses to `after`; where the
 * changed part cannot be cut out, the whole statement is written anew. Throws SQL_UNPARSABLE for a tree that cannot be written.
 */
export async function keepText(sql: string, before: Node, after: Node, parser: SqlParser): Promise<string> {
  const wanted = treeText(after);
  if (sql.length <= longestKept) {
    const edits = await editsOf(before, after, { sql, extents: new TextExtents(sql, parser), whole: before });
    const spliced = edits && splice(sql, edits);
    if (spliced !== null && (await parses(spliced, wanted, parser))) return spliced;
  }
  const pretty = deparse(after, { pretty: true });
  return (await parses(pretty, wanted, parser)) ? pretty : deparse(after);
}

async function parses(sql: string, wanted: string, parser: SqlParser): Promise<boolean> {
  const parsed = await parser.parse(sql);
  return parsed.kind === "parsed" && parsed.statements.length === 1 && treeText(parsed.statements[0]!.node) === wanted;
}

export interface Edit extends Extent {
  readonly text: string;
}

function splice(sql: string, edits: readonly Edit[]): string {
  let text = sql;
  for (const edit of edits.toSorted((a, b) => b.start - a.start)) text = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
  return text;
}

interface Ground {
  readonly sql: string;
  readonly extents: TextExtents;
  readonly whole: Node;
}

/** Edits that make `after` of `before`, as deep down as they can be told; null when this place cannot be found in the text. */
async function editsOf(before: Node, after: Node, ground: Ground, parent = ""): Promise<readonly Edit[] | null> {
  if (before === after || treeText(before) === treeText(after)) return [];
  const deeper = await editsBelow(before, after, ground);
  if (deeper) return deeper;
  if ("SelectStmt" in before && "SelectStmt" in after) {
    const byClause = await clauseEdits(before, after, ground);
    if (byClause) return byClause;
  }
  const extent = await extentOf(before, ground);
  return extent && [{ ...extent, text: await writeKept(after, ground, parent) }];
}

async function extentOf(node: Node, ground: Ground): Promise<Extent | null> {
  if (node === ground.whole) return { start: 0, end: ground.sql.length };
  return "SelectStmt" in node ? ground.extents.ofSubquery(node) : ground.extents.of(node);
}

/** The edits of the nodes one level down, when the two nodes differ in nothing else. */
async function editsBelow(before: Node, after: Node, ground: Ground): Promise<readonly Edit[] | null> {
  if (tagOf(before) !== tagOf(after)) return null;
  const pairs = differingNodes(Object.values(before)[0], Object.values(after)[0]);
  if (!pairs || pairs.length === 0) return argumentEdits(before, after, ground);
  const edits: Edit[] = [];
  for (const [old, made] of pairs) {
    const below = await editsOf(old, made, ground, tagOf(before));
    if (!below) return null;
    edits.push(...below);
  }
  return edits;
}

/** One argument of AND or OR that several took the place of. */
async function argumentEdits(before: Node, after: Node, ground: Ground): Promise<readonly Edit[] | null> {
  if (!("BoolExpr" in before) || !("BoolExpr" in after) || before.BoolExpr.boolop !== after.BoolExpr.boolop) return null;
  const [old, made] = [before.BoolExpr.args ?? [], after.BoolExpr.args ?? []];
  let head = 0;
  while (head < old.length && old[head] === made[head]) head++;
  let tail = 0;
  while (tail < old.length - head && old.at(-1 - tail) === made.at(-1 - tail)) tail++;
  const [gone, ...more] = old.slice(head, old.length - tail);
  const come = made.slice(head, made.length - tail);
  const extent = gone && more.length === 0 && come.length > 0 ? await extentOf(gone, ground) : null;
  if (!extent) return null;
  const words = await Promise.all(come.map((each) => writeKept(each, ground, "BoolExpr")));
  const both = before.BoolExpr.boolop === "AND_EXPR" ? " AND " : " OR ";
  return [{ ...extent, text: words.join(writesLowerCase(ground.sql) ? both.toLowerCase() : both) }];
}

/** Pairs of nodes in which two values of one shape differ; null when they differ otherwise. */
function differingNodes(before: unknown, after: unknown): [Node, Node][] | null {
  if (before === after) return [];
  if (isNode(before) && isNode(after)) return [[before, after]];
  if (typeof before !== "object" || typeof after !== "object" || before === null || after === null) return null;
  if (isNode(before) !== isNode(after) || Array.isArray(before) !== Array.isArray(after)) return null;
  const [old, made] = [before as Record<string, unknown>, after as Record<string, unknown>];
  const keys = new Set([...Object.keys(old), ...Object.keys(made)].filter((key) => !/location|list_start|list_end/.test(key)));
  const pairs: [Node, Node][] = [];
  for (const key of keys) {
    if (!(key in old) || !(key in made)) return null;
    const below = differingNodes(old[key], made[key]);
    if (!below) return null;
    pairs.push(...below);
  }
  return pairs;
}

type SelectNode = Node & { readonly SelectStmt: SelectStmt };

/** One edit per clause of a SELECT that differs; clauses that come or go take their place among the others. */
async function clauseEdits(before: SelectNode, after: SelectNode, ground: Ground): Promise<readonly Edit[] | null> {
  const extent = await extentOf(before, ground);
  const old = extent && clausesOf(ground.sql, extent.start, extent.end);
  if (!extent || !old || (before.SelectStmt.op ?? "SETOP_NONE") !== (after.SelectStmt.op ?? "SETOP_NONE")) return null;
  const text = await writeKept(after, ground);
  const made = clausesOf(text, 0, text.length);
  if (!made) return null;
  const edits: Edit[] = [];
  for (const name of clauseNames) {
    const [oldClause, madeClause] = [named(old, name), named(made, name)];
    const changed = clauseFields[name].some((field) => treeText(before.SelectStmt[field]) !== treeText(after.SelectStmt[field]));
    if (!changed) continue;
    const written = madeClause ? text.slice(madeClause.start, madeClause.end) : "";
    if (oldClause && madeClause) {
      const below = await clauseInside(before.SelectStmt, after.SelectStmt, name, ground);
      edits.push(...(below ?? [{ ...oldClause, text: written }]));
    } else if (oldClause) edits.push({ start: endBefore(ground.sql, oldClause.start), end: oldClause.end, text: "" });
    else if (madeClause) {
      const place = old.findLast((clause) => clauseNames.indexOf(clause.name) < clauseNames.indexOf(name));
      if (!place) return null;
      edits.push({ start: place.end, end: place.end, text: separator(ground.sql, extent, old) + written });
    }
  }
  return edits;
}

/** Edits inside one clause of the same shape, so that the rest of the clause stays as written. */
async function clauseInside(before: SelectStmt, after: SelectStmt, name: ClauseName, ground: Ground): Promise<readonly Edit[] | null> {
  const edits: Edit[] = [];
  for (const field of clauseFields[name]) {
    const pairs = differingNodes(before[field], after[field]);
    if (!pairs) return null;
    for (const [old, made] of pairs) {
      const below = await editsOf(old, made, ground);
      if (!below) return null;
      edits.push(...below);
    }
  }
  return edits;
}

function named(clauses: readonly Clause[], name: ClauseName): Clause | undefined {
  return clauses.find((clause) => clause.name === name);
}

function endBefore(sql: string, start: number): number {
  return sql.slice(0, start).trimEnd().length;
}

/** What stands before a new clause: a line break where the statement has its clauses on lines of their own. */
function separator(sql: string, { start, end }: Extent, clauses: readonly Clause[]): string {
  const later = clauses.find((clause) => clause.name === "from" || clause.name === "where");
  const gap = later ? /\s*$/.exec(sql.slice(start, later.start))?.[0] : undefined;
  if (gap?.includes("\n")) return gap.slice(gap.lastIndexOf("\n"));
  return sql.slice(start, end).includes("\n") ? "\n" : " ";
}
