import type { Node } from "@pgsql/types";
import libpgQuery from "libpg-query";
import type { Catalog } from "../../src/domain/catalog.ts";
import type { Compared, Predicate, Scan, ScanExpression, SortKey } from "../../src/domain/workload.ts";
import { describeStatement, type StatementFacts } from "../../src/parse/describe-scans.ts";

export const loadGrammar = (): Promise<void> => libpgQuery.loadModule();

/** The only statement of a text, parsed in this process. Call loadGrammar() first. */
export function tree(sql: string): Node {
  const [first] = libpgQuery.parseSync(sql).stmts ?? [];
  if (!first?.stmt) throw new Error(`no statement in: ${sql}`);
  return first.stmt;
}

export function factsOf(
  sql: string,
  catalog: Catalog,
  views: ReadonlyMap<string, Node> = new Map(),
  searchPath = ["public"],
): StatementFacts {
  return describeStatement(tree(sql), catalog, { searchPath, viewTrees: views });
}

/** Scans as a person would note them down, one line each, and what was not resolved: for literal expectations. */
export function scanText(facts: StatementFacts): string[] {
  const lines = facts.scans.map(scanLine);
  return facts.unresolved.length > 0 ? [...lines, `unresolved: ${facts.unresolved.join(", ")}`] : lines;
}

function scanLine(scan: Scan): string {
  const { schema, name } = scan.relation;
  const relation = schema === "public" ? name : `${schema}.${name}`;
  const head = `${scan.alias === name ? relation : `${relation} ${scan.alias}`}${scan.role === "read" ? "" : ` [${scan.role}]`}`;
  const parts = [
    ...scan.predicates.map(predicateText),
    ...scan.disjunctions.map((arms) => `(${arms.map((arm) => arm.map(predicateText).join(" and ")).join(" | ")})`),
    ...(scan.sort.length > 0 ? [`sort ${scan.sort.map(sortText).join(", ")}`] : []),
    ...(scan.limit === null ? [] : [`limit ${scan.limit}`]),
    ...(scan.grouping.length > 0 ? [`group ${scan.grouping.map(expressionText).join(", ")}`] : []),
    ...(scan.extremes.length > 0 ? [`extremes ${scan.extremes.map(expressionText).join(", ")}`] : []),
    `reads ${scan.columnsRead === null ? "*" : scan.columnsRead.join(", ") || "-"}`,
  ];
  return `${head}: ${parts.join("; ")}`;
}

function predicateText({ on, operator, compared }: Predicate): string {
  return [expressionText(on), operator, comparedText(compared)].filter((part) => part !== "").join(" ");
}

/** A `!` marks what is known not to be immutable, a `?` what is not known to be. */
function expressionText(on: ScanExpression): string {
  const mark = on.immutable === true ? "" : on.immutable === false ? "!" : "?";
  return `${on.sql}${on.collation === null ? "" : ` collate ${on.collation}`}${mark}`;
}

function comparedText(compared: Compared): string {
  switch (compared.kind) {
    case "none":
      return "";
    case "column":
      return `${compared.alias}.${compared.column}`;
    case "expression":
      return `<${compared.sql}>${compared.stable ? "" : " volatile"}`;
    case "parameter":
    case "constant":
      return compared.sql;
    default:
      return compared satisfies never;
  }
}

function sortText({ on, descending, nullsFirst, distanceOperator }: SortKey): string {
  const nulls = nullsFirst === descending ? "" : nullsFirst ? " nulls first" : " nulls last";
  return `${expressionText(on)}${descending ? " desc" : ""}${nulls}${distanceOperator ? ` by ${distanceOperator}` : ""}`;
}
