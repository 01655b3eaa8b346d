import type { Node } from "@pgsql/types";
import { treeText } from "../rule/read-nodes.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";
import { isBlank, type Token, tokens } from "../syntax/tokens.ts";
import { walk } from "../syntax/tree.ts";

export interface Extent {
  readonly start: number;
  readonly end: number;
}

/** Parses tried for one node before it is given up. */
const mostTries = 120;

/**
 * Where a node stands in the text it was parsed from. The parser gives starts only (and of an operator, the operator's), so ends are
 * found by trying token after token until the piece alone parses to the same node.
 */
export class TextExtents {
  readonly #sql: string;
  readonly #parser: SqlParser;
  readonly #tokens: readonly Token[];
  readonly #known = new Map<object, Promise<Extent | null>>();

  constructor(sql: string, parser: SqlParser) {
    this.#sql = sql;
    this.#parser = parser;
    this.#tokens = [...tokens(sql)].filter((token) => !isBlank(token));
  }

  /** Of an expression, an item of the select list or of the FROM clause; null when it is not found. */
  of(node: Node): Promise<Extent | null> {
    const before = this.#known.get(node);
    if (before) return before;
    const found = this.#find(node);
    this.#known.set(node, found);
    return found;
  }

  /** Of the SELECT inside the parentheses around one of its own places. */
  async ofSubquery(node: Node): Promise<Extent | null> {
    const range = this.#placesOf(node);
    if (!range) return null;
    const wanted = treeText(node);
    for (let open = this.#openBefore(range.first); open >= 0; open = this.#openBefore(open)) {
      const close = this.#closeOf(open);
      if (close < range.last) continue;
      const extent = { start: this.#tokens[open]!.end, end: this.#tokens[close]!.start };
      if ((await this.#parsed(this.#sql.slice(extent.start, extent.end))) === wanted) return extent;
    }
    return null;
  }

  async #find(node: Node): Promise<Extent | null> {
    const range = this.#placesOf(node);
    if (!range) return null;
    const read = readerOf(node);
    const wanted = treeText(node);
    let tries = 0;
    for (let first = range.first; first >= 0 && tries < mostTries; first = this.#isOpen(first - 1) ? first - 1 : -1) {
      let depth = 0;
      for (let at = first; at < this.#tokens.length && tries < mostTries; at++) {
        depth += this.#isOpen(at) ? 1 : this.#isClose(at) ? -1 : 0;
        if (depth < 0) break;
        if (depth > 0 || at < range.last) continue;
        const extent = { start: this.#tokens[first]!.start, end: this.#tokens[at]!.end };
        tries++;
        if (read(await this.#tree(read.before + this.#sql.slice(extent.start, extent.end))) === wanted) return extent;
      }
    }
    return null;
  }

  async #parsed(sql: string): Promise<string | null> {
    const node = await this.#tree(sql);
    return node && treeText(node);
  }

  async #tree(sql: string): Promise<Node | null> {
    const parsed = await this.#parser.parse(sql);
    return parsed.kind === "parsed" && parsed.statements.length === 1 ? parsed.statements[0]!.node : null;
  }

  /** First and last token that a node below is known to stand at. */
  #placesOf(node: Node): { readonly first: number; readonly last: number } | null {
    let low = Number.POSITIVE_INFINITY;
    let high = -1;
    walk(node, (each) => {
      for (const value of Object.values(each)) {
        const { location } = value as { readonly location?: unknown };
        if (typeof location === "number" && location > 0) {
          low = Math.min(low, location);
          high = Math.max(high, location);
        }
      }
      return undefined;
    });
    return high < 0 ? null : { first: this.#tokenAt(low), last: this.#tokenAt(high) };
  }

  #tokenAt(offset: number): number {
    let low = 0;
    let high = this.#tokens.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#tokens[middle]!.start <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #openBefore(at: number): number {
    let depth = 0;
    for (let each = at - 1; each >= 0; each--) {
      if (this.#isClose(each)) depth++;
      if (this.#isOpen(each) && depth-- === 0) return each;
    }
    return -1;
  }

  #closeOf(open: number): number {
    let depth = 0;
    for (let each = open; each < this.#tokens.length; each++) {
      depth += this.#isOpen(each) ? 1 : this.#isClose(each) ? -1 : 0;
      if (depth === 0) return each;
    }
    return -1;
  }

  #isOpen(at: number): boolean {
    const token = this.#tokens[at];
    return token !== undefined && this.#sql[token.start] === "(" && token.kind === "symbol";
  }
  #isClose(at: number): boolean {
    const token = this.#tokens[at];
    return token !== undefined && this.#sql[token.start] === ")" && token.kind === "symbol";
  }
}

interface Reader {
  (tree: Node | null): string | null;
  /** What makes a statement of the piece. */
  readonly before: string;
}

function readerOf(node: Node): Reader {
  if ("RangeVar" in node || "JoinExpr" in node || "RangeSubselect" in node || "RangeFunction" in node)
    return reader("SELECT FROM ", (select) => (select.fromClause?.length === 1 ? select.fromClause[0] : undefined));
  if ("ResTarget" in node) return reader("SELECT ", (select) => (select.targetList?.length === 1 ? select.targetList[0] : undefined));
  return reader("SELECT ", (select) => {
    const [only, ...rest] = select.targetList ?? [];
    return only && rest.length === 0 && "ResTarget" in only && only.ResTarget.name === undefined ? only.ResTarget.val : undefined;
  });
}

type Select = Extract<Node, { SelectStmt: unknown }>["SelectStmt"];

/** Nothing but the piece may stand in the statement: `a FROM b` is no expression. */
function reader(before: string, part: (select: Select) => Node | undefined): Reader {
  const extra: readonly (keyof Select)[] = [
    "whereClause",
    "groupClause",
    "havingClause",
    "sortClause",
    "limitCount",
    "limitOffset",
    "larg",
  ];
  const read = (tree: Node | null) => {
    if (!tree || !("SelectStmt" in tree) || extra.some((field) => tree.SelectStmt[field] !== undefined)) return null;
    if (before === "SELECT " && tree.SelectStmt.fromClause) return null;
    const found = part(tree.SelectStmt);
    return found ? treeText(found) : null;
  };
  return Object.assign(read, { before });
}
