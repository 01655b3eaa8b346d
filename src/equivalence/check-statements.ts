import type { Node } from "@pgsql/types";
import { treeText } from "../rule/read-nodes.ts";
import { parameterPlaces } from "../syntax/parameters.ts";
import type { ParsedStatement, SqlParser } from "../syntax/parse-sql.ts";
import { tagOf, walk } from "../syntax/tree.ts";

/** Two statements that can be run side by side. */
export interface CheckedPair {
  readonly before: ParsedStatement;
  readonly after: ParsedStatement;
  /** They change rows: compared by result and by what the tables hold afterwards. */
  readonly modifies: boolean;
  /** The first statement orders its rows at the top. */
  readonly ordered: boolean;
  /** They lock rows, of the same tables in the same way. */
  readonly locks: boolean;
  /** Highest `$n`. */
  readonly parameterCount: number;
}
export interface Refused {
  readonly reason: string;
}

const supported = new Set(["SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"]);

/** Reads both; a reason where comparing results would say nothing about the statements. */
export async function checkStatements(
  parser: SqlParser,
  sql: { readonly before: string; readonly after: string },
): Promise<CheckedPair | Refused> {
  const before = await onlyStatement(parser, sql.before, "first");
  if ("reason" in before) return before;
  const after = await onlyStatement(parser, sql.after, "second");
  if ("reason" in after) return after;
  const [facts, afterFacts] = [factsOf(before), factsOf(after)];
  if (tagOf(before.node) !== tagOf(after.node))
    return { reason: `a ${kindOf(before.node)} cannot stand for a ${kindOf(after.node)}: only statements of one kind are compared` };
  if (facts.sampled || afterFacts.sampled) return { reason: "TABLESAMPLE takes other rows each time" };
  if (facts.into || afterFacts.into) return { reason: "SELECT INTO makes a table: compare the SELECT alone" };
  if (facts.locking !== afterFacts.locking)
    return {
      reason: "they lock rows differently (FOR UPDATE or FOR SHARE), or of other tables: results cannot show which rows are locked",
    };
  if (facts.writes !== afterFacts.writes) return { reason: "only one of them has a data-modifying WITH" };
  return {
    before,
    after,
    modifies: facts.writes > 0 || tagOf(before.node) !== "SelectStmt",
    ordered: "SelectStmt" in before.node && (before.node.SelectStmt.sortClause ?? []).length > 0,
    locks: facts.locking !== "",
    parameterCount: Math.max(0, ...[...parameterPlaces(before.sql), ...parameterPlaces(after.sql)].map((place) => place.number)),
  };
}

async function onlyStatement(parser: SqlParser, sql: string, which: string): Promise<ParsedStatement | Refused> {
  const parsed = await parser.parse(sql);
  if (parsed.kind === "failed") return { reason: `the ${which} statement cannot be parsed: ${parsed.message}` };
  const [statement] = parsed.statements;
  if (statement === undefined || parsed.statements.length > 1)
    return { reason: `the ${which} text holds ${parsed.statements.length} statements: exactly one is compared` };
  if (!supported.has(tagOf(statement.node)))
    return { reason: `the ${which} statement is a ${kindOf(statement.node)}: it gives no rows to compare` };
  return statement;
}

function kindOf(node: Node): string {
  return tagOf(node)
    .replace(/Stmt$/, "")
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ")
    .toUpperCase();
}

interface Facts {
  readonly sampled: boolean;
  readonly into: boolean;
  /** Strengths, wait policies and tables, in order, and the FROM clauses they stand over. */
  readonly locking: string;
  /** Data-modifying parts. */
  readonly writes: number;
}

function factsOf({ node }: ParsedStatement): Facts {
  const locking: string[] = [];
  const facts = { sampled: false, into: false, writes: 0 };
  walk(node, (each) => {
    if ("RangeTableSample" in each) facts.sampled = true;
    if ("SelectStmt" in each && each.SelectStmt.intoClause) facts.into = true;
    if ("SelectStmt" in each && each.SelectStmt.lockingClause)
      for (const part of [...each.SelectStmt.lockingClause, ...(each.SelectStmt.fromClause ?? [])]) locking.push(treeText(part));
    if ("InsertStmt" in each || "UpdateStmt" in each || "DeleteStmt" in each || "MergeStmt" in each) facts.writes++;
    return undefined;
  });
  return { ...facts, locking: locking.join(", ") };
}

/** Parameters that only the second statement takes: callers would not bind them. */
export function addedParameters(pair: CheckedPair): number[] {
  const known = new Set(parameterPlaces(pair.before.sql).map((place) => place.number));
  return [...new Set(parameterPlaces(pair.after.sql).map((place) => place.number))]
    .filter((number) => !known.has(number))
    .sort((a, b) => a - b);
}
