import type { Node, SelectStmt } from "@pgsql/types";
import type { IndexDefinition } from "../domain/candidate.ts";
import type { Column, Relation } from "../domain/catalog.ts";
import type { Volatility } from "../names/function-volatility.ts";
import type { Context, Options, RuleMeta } from "./rule.ts";

/** Turns a statement into another that gives the same result, or says plainly that the contract differs. Proved by equivalence and cost. */
export interface RewriteRule<O extends Options = Options> extends RuleMeta<O> {
  readonly kind: "rewrite";
  /** True for a rule whose subject is a volatile function (ORDER BY random()): it may look at such statements. */
  readonly volatileFunctions?: true;
  /** Every place where the rule applies; each proposal changes one place. */
  rewrite(statement: RewriteStatement, context: Context<O>): Iterable<RewriteProposal>;
}

export const rewriteRule = <const O extends Options>(rule: Omit<RewriteRule<O>, "kind">): RewriteRule<O> => ({ kind: "rewrite", ...rule });

export interface RewriteProposal {
  /** The whole statement, rewritten. Shares every unchanged part with `RewriteStatement.node`, which is how the text is kept. */
  readonly node: Node;
  /** Why it is better, one clause without a full stop. */
  readonly because: string;
  /** In words; what the catalog could show has been checked there and says so. */
  readonly assumes: readonly string[];
  /** `different-contract`: advice that changes what the caller gets or sends; never called equivalent. */
  readonly contract: "same-result" | "different-contract";
  /** Indexes that the rewritten statement wants, to be proved together with it. */
  readonly suggests?: readonly IndexDefinition[];
}

/** A SELECT that may be rewritten, with its names resolved. Trees are read-only. */
export interface RewriteStatement {
  /** PostgreSQL 18 statement tree. */
  readonly node: Node;
  /** Every SELECT with a FROM clause or targets of its own, outermost first; arms of set operations are levels of their own. */
  readonly levels: readonly QueryLevel[];
  /** Conditions whose false and null are alike to the statement: leaves of AND and OR below WHERE and ON. */
  readonly filters: readonly Filter[];
  /** Calls a function that gives another value each time. */
  readonly callsVolatile: boolean;
  /** Highest `$n`; 0 without parameters. */
  readonly parameterCount: number;
  /** The statement with these objects (compared by identity) replaced; the rest is shared. */
  replace(...replacements: readonly (readonly [target: object, replacement: object])[]): Node;
}

export interface QueryLevel {
  readonly select: SelectStmt;
  readonly parent: QueryLevel | null;
  /** `arm`: one side of UNION, INTERSECT or EXCEPT. */
  readonly place: "statement" | "arm" | "subquery" | "from" | "cte";
  /** Base tables of this level's FROM clause, in order. */
  readonly tables: readonly FromTable[];
  /** Every name the FROM clause makes, tables and others. */
  readonly aliases: readonly string[];
  /** Conjuncts of WHERE as written. */
  readonly where: readonly Node[];
  /** The base-table column that a bare reference means, of this level or an enclosing one; null for anything else. */
  column(node: Node | undefined): ColumnUse | null;
  /** `typname` of an expression at this level; null when unknown, "unknown" for a bare string. */
  type(node: Node): string | null;
  /** Null when a function's volatility is not known. */
  volatility(node: Node): Volatility | null;
  /** Can never be NULL: a NOT NULL column not null-extended by an outer join, or a constant. */
  notNull(node: Node): boolean;
  /** No column, sublink or volatile function: one value for the whole statement. */
  isFixed(node: Node): boolean;
  /** Tables (of any level) whose columns an expression uses. */
  tablesIn(node: Node): ReadonlySet<FromTable>;
  /** The expression with its column references qualified by alias; null when it holds what cannot be moved (a sublink, an unknown name). */
  qualify(node: Node): Node | null;
}

export interface FromTable {
  readonly alias: string;
  readonly relation: Relation;
  readonly level: QueryLevel;
  /** Its rows may be null-extended by an outer join of this level. */
  readonly nullable: boolean;
  /** `t (a, b)`: columns go by other names, so that rules leave it alone. */
  readonly renamed: boolean;
  /** The `RangeVar` node. */
  readonly node: Node;
}

export interface ColumnUse {
  readonly table: FromTable;
  readonly column: Column;
  readonly notNull: boolean;
}

export interface Filter {
  readonly level: QueryLevel;
  /** One condition: no AND or OR. */
  readonly node: Node;
  readonly clause: "where" | "on";
  /** False below an OR. */
  readonly conjunct: boolean;
}
