import type { QueryFamily } from "../domain/workload.ts";
import type { TuningFamily } from "../rule/tuning-rule.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";
import { statementShape } from "./statement-shape.ts";

/** Families with what their text says besides the rows it reads. */
export async function withShapes(families: readonly QueryFamily[], parser: SqlParser): Promise<TuningFamily[]> {
  const shaped: TuningFamily[] = [];
  for (const family of families) {
    const parsed = await parser.parse(family.sql);
    const only = parsed.kind === "parsed" && parsed.statements.length === 1 ? parsed.statements[0]! : null;
    shaped.push({ ...family, shape: only === null ? null : statementShape(only.node) });
  }
  return shaped;
}
