import type { Node } from "@pgsql/types";
import { columnRef, selectOf, target } from "../rule/nodes.ts";
import { deparse } from "../syntax/deparse.ts";
import { tokens } from "../syntax/tokens.ts";
import { isNode, tagOf } from "../syntax/tree.ts";
import type { TextExtents } from "./text-extents.ts";

/** Parts worth keeping as the user wrote them; bare names, constants and parameters read the same either way. */
const kept =
  /^(?:A_Expr|BoolExpr|FuncCall|SubLink|CaseExpr|TypeCast|CoalesceExpr|MinMaxExpr|NullTest|BooleanTest|RangeSubselect|RangeVar|JoinExpr|ResTarget|A_ArrayExpr)$/;
/** Longer texts keep no quotes around columns: finding where each one ends takes parses. */
const longestQuoted = 20_000;
const fromItem = /^(?:RangeVar|JoinExpr|RangeSubselect)$/;
/** What an operator beside it could take a part of. */
const openTags = /^(?:A_Expr|BoolExpr|NullTest|BooleanTest|SubLink|TypeCast|FuncCall)$/;

export interface Written {
  readonly sql: string;
  readonly extents: TextExtents;
  /** The tree of `sql`. */
  readonly whole: Node;
}

/**
 * A new node written as SQL, with every part that it shares with the old tree in the user's own words: such parts are written as
 * placeholders first, and then put in. `within` is the tag of the node that it will stand in: it may need parentheses there.
 */
export async function writeKept(after: Node, { sql, extents, whole }: Written, within = ""): Promise<string> {
  const old = objectsOf(whole);
  const texts = new Map<string, string>();
  const mark = `kept_${[...sql].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 1_000_003, 7)}`;

  const isQuoted = sql.length <= longestQuoted && sql.includes('"');

  const marked = async (value: unknown, parent: string): Promise<unknown> => {
    if (typeof value !== "object" || value === null) return value;
    if (isNode(value)) {
      const tag = Object.keys(value)[0]!;
      const isKept = kept.test(tag) || (tag === "ColumnRef" && isQuoted);
      const extent = isKept && old.has(value) ? await extents.of(value) : null;
      if (extent) {
        const name = `${mark}_${texts.size}_`;
        const text = sql.slice(extent.start, extent.end);
        texts.set(name, isOpen(value) && needsParentheses(value, parent) ? `(${text})` : text);
        if (tag === "ResTarget") return target(columnRef(name));
        return fromItem.test(tag) ? { RangeVar: { relname: name, inh: true, relpersistence: "p" } } : columnRef(name);
      }
    }
    if (Array.isArray(value)) return Promise.all(value.map((each) => marked(each, parent)));
    const below = isNode(value) ? Object.keys(value)[0]! : parent;
    const entries: [string, unknown][] = [];
    for (const [key, each] of Object.entries(value)) entries.push([key, await marked(each, below)]);
    return Object.fromEntries(entries);
  };

  // A copy of a node, with nodes in the place of nodes, is a node.
  const tree = (await marked(after, "")) as Node;
  const plain = writesLowerCase(sql) ? lowerCase(write(tree)) : write(tree);
  const text = isOpen(after) && within !== "" && needsParentheses(after, within) ? `(${plain})` : plain;
  return [...texts].reduceRight((whole, [name, words]) => whole.replaceAll(name, () => words), text);
}

/** FROM items and select-list items cannot stand alone for the deparser. */
function write(node: Node): string {
  const tag = Object.keys(node)[0]!;
  if (/^(?:RangeVar|JoinExpr|RangeSubselect|RangeFunction)$/.test(tag))
    return deparse({ SelectStmt: selectOf({ fromClause: [node] }) }).replace(/^SELECT\s+FROM\s+/, "");
  if (tag === "ResTarget") return deparse({ SelectStmt: selectOf({ targetList: [node] }) }).replace(/^SELECT\s+/, "");
  return deparse(node);
}

function isOpen(node: Node): boolean {
  return openTags.test(tagOf(node));
}

/** Does the user write keywords in small letters? */
export function writesLowerCase(sql: string): boolean {
  return /\b(?:select|with)\b/.test(sql) && !/\b(?:SELECT|FROM|WHERE)\b/.test(sql);
}

/** Words outside quotes read the same in either case; names that need capitals are quoted. */
function lowerCase(sql: string): string {
  let text = "";
  for (const token of tokens(sql)) {
    const piece = sql.slice(token.start, token.end);
    text += token.kind === "word" ? piece.toLowerCase() : piece;
  }
  return text;
}

function needsParentheses(node: object, parent: string): boolean {
  if ("FuncCall" in node) return (node.FuncCall as { funcformat?: string }).funcformat === "COERCE_SQL_SYNTAX" && parent === "A_Expr";
  if ("SubLink" in node) return /ANY|ALL/.test(String((node.SubLink as { subLinkType?: string }).subLinkType)) && parent !== "BoolExpr";
  if ("TypeCast" in node) return false;
  if (parent === "BoolExpr") return "BoolExpr" in node && (node.BoolExpr as { boolop?: string }).boolop !== "NOT_EXPR";
  return !/^(?:ResTarget|SelectStmt|JoinExpr|CaseWhen|FuncCall|SortBy|CoalesceExpr|List)?$/.test(parent);
}

function objectsOf(root: object): ReadonlySet<object> {
  const found = new Set<object>();
  const waiting: object[] = [root];
  for (let each = waiting.pop(); each; each = waiting.pop()) {
    found.add(each);
    for (const value of Object.values(each)) if (typeof value === "object" && value !== null) waiting.push(value);
  }
  return found;
}
