import type { Node } from "@pgsql/types";
import { cast, textConst } from "../rule/nodes.ts";
import { plainCall } from "../rule/read-nodes.ts";
import { deparse } from "../syntax/deparse.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";
import { replaceNodes } from "../syntax/tree.ts";
import type { PlannedFamily } from "./replan.ts";

/**
 * The statements with the snapshot's time in the place of `now()` and its like: statistics of last month show no row of the last hour,
 * and a plan would leave out every partition. Planning only: clock_timestamp() moves while a statement runs, so that it stays.
 */
export async function atSnapshotTime(families: readonly PlannedFamily[], collectedAt: string, parser: SqlParser): Promise<PlannedFamily[]> {
  const placed: PlannedFamily[] = [];
  for (const { family, typical } of families)
    placed.push({ family, typical: { ...typical, sql: await placedSql(typical.sql, collectedAt, parser) } });
  return placed;
}

async function placedSql(sql: string, collectedAt: string, parser: SqlParser): Promise<string> {
  const parsed = await parser.parse(sql);
  const only = parsed.kind === "parsed" && parsed.statements.length === 1 ? parsed.statements[0]! : null;
  if (only === null) return sql;
  let found = false;
  const made = replaceNodes(only.node, (node) => {
    const type = typeOfNow(node);
    if (type === null) return node;
    found = true;
    return moment(collectedAt, type);
  });
  return found ? deparse(made) : sql;
}

const functions = ["now", "transaction_timestamp", "statement_timestamp"];
const values: Readonly<Record<string, string>> = {
  SVFOP_CURRENT_TIMESTAMP: "timestamptz",
  SVFOP_CURRENT_TIMESTAMP_N: "timestamptz",
  SVFOP_LOCALTIMESTAMP: "timestamp",
  SVFOP_LOCALTIMESTAMP_N: "timestamp",
  SVFOP_CURRENT_DATE: "date",
};

function typeOfNow(node: Node): string | null {
  if ("SQLValueFunction" in node) return values[node.SQLValueFunction.op ?? ""] ?? null;
  return functions.some((name) => plainCall(node, name)?.length === 0) ? "timestamptz" : null;
}

/** Read in UTC, the time zone of the planner's session. */
function moment(collectedAt: string, type: string): Node {
  const text = type === "timestamptz" ? collectedAt : collectedAt.slice(0, type === "date" ? 10 : 23);
  return cast(textConst(text), type);
}
