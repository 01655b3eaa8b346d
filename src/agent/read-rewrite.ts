import type { Node } from "@pgsql/types";
import { relationKey } from "../domain/postgres.ts";
import type { QueryFamily } from "../domain/workload.ts";
import { functionName } from "../names/query-shape.ts";
import type { NameOptions } from "../names/resolve-names.ts";
import { describeStatement } from "../parse/describe-scans.ts";
import type { CatalogView } from "../rule/catalog-view.ts";
import { treeText } from "../rule/read-nodes.ts";
import { rewritable } from "../rule/rewrite-statement.ts";
import { literalsBehind } from "../syntax/literals-behind.ts";
import { parameterPlaces, substituteParameters } from "../syntax/parameters.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";
import { walk } from "../syntax/tree.ts";
import { type Refused, refused } from "./proposal-shape.ts";

/** A SELECT's text may grow by this much: what is longer is no simpler. */
const mostGrowth = 4;

export interface RewriteSurroundings {
  readonly catalog: CatalogView;
  readonly parser: SqlParser;
  readonly names: NameOptions;
}

/**
 * A model's text as one that may stand for the statement, with the statement's own literals in the places of the `$n` that the model was
 * shown; or why it is refused. It is a single SELECT over the same relations, with the same parameters and no function that the
 * statement does not call unless it is built in and not volatile. Whether it gives the same rows is for others to judge.
 */
export async function readRewrite(
  sql: string,
  family: QueryFamily,
  around: RewriteSurroundings,
): Promise<{ readonly sql: string } | Refused> {
  const { catalog, parser, names } = around;
  if (family.kind !== "select") return refused("unsafe", "only SELECT statements are rewritten");
  if (sql.length > mostGrowth * family.sql.length + 200) return refused("unreadable", "it is many times as long as the statement");
  const [before, after] = [await onlyNode(family.sql, parser), await onlyNode(sql, parser)];
  if (before === null || after === null) return refused("unreadable", "it is not one statement that can be parsed");
  const shown = await onlyNode(family.normalizedSql, parser);
  if ([before, shown].some((each) => each !== null && treeText(each) === treeText(after)))
    return refused("known-already", "it is the statement itself");
  const found = rewritable(after, catalog.all, names);
  if (found.kind === "refused") return refused("unsafe", found.because);
  if (found.statement.callsVolatile) return refused("unsafe", "it calls a volatile function");
  const called = functionsIn(before);
  const own = [...functionsIn(after)].find((name) => !called.has(name) && catalog.all.functions.some((each) => each.name === name));
  if (own !== undefined) return refused("unsafe", "it calls a function of the user's that the statement does not call");
  const [was, is] = [describeStatement(before, catalog.all, names), describeStatement(after, catalog.all, names)];
  const readBefore = new Set(was.relations.map(relationKey));
  if (is.relations.some((each) => !readBefore.has(relationKey(each))))
    return refused("unsafe", "it reads a relation that the statement does not read");
  if (is.unresolved.some((name) => !was.unresolved.includes(name)))
    return refused("unknown-name", "it names what the schema does not have");
  const literals = literalsBehind(family.sql, family.normalizedSql);
  const own_ = new Set(parameterPlaces(family.sql).map(({ number }) => number));
  const numbers = parameterPlaces(sql).map(({ number }) => number);
  if (numbers.some((number) => !own_.has(number) && literals?.get(number) === undefined))
    return refused("unreadable", "it takes a parameter that the statement does not take");
  return { sql: substituteParameters(sql, ({ number }) => literals?.get(number) ?? null) };
}

async function onlyNode(sql: string, parser: SqlParser): Promise<Node | null> {
  const parsed = await parser.parse(sql);
  return parsed.kind === "parsed" && parsed.statements.length === 1 ? (parsed.statements[0]?.node ?? null) : null;
}

function functionsIn(node: Node): ReadonlySet<string> {
  const names = new Set<string>();
  walk(node, (each) => {
    if ("FuncCall" in each) names.add(functionName(each.FuncCall));
    return undefined;
  });
  return names;
}
