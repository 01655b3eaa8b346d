import { snapshotOf } from "../models/training/snapshot-of.ts";
import { shapeText } from "../src/access-shape/shape-text.ts";
import { bindParameters } from "../src/group/bind-parameters.ts";
import { group } from "../src/group/group.ts";
import { catalogView } from "../src/rule/catalog-view.ts";
import { openShadowPlanner } from "../src/shadow/shadow-planner.ts";
import type { SqlParser } from "../src/syntax/parse-sql.ts";

/** The access path of a case's statement as this release words it; null when the statement cannot be planned. */
export async function caseShape(parser: SqlParser, { schema, statement }: { schema: string; statement: string }): Promise<string | null> {
  const snapshot = await snapshotOf(parser, schema, [statement]);
  const planner = await openShadowPlanner(snapshot);
  try {
    const { families } = await bindParameters(await group(snapshot, parser), snapshot, (sql) => planner.parameterTypes(sql));
    const [family] = families;
    const [typical] = family?.examples ?? [];
    if (family === undefined || typical === undefined) return null;
    const outcome = await planner.plan(typical.sql, { show: [], hide: [] }, { generic: typical.kind === "generic" });
    return outcome.kind === "planned" ? shapeText(family, outcome.plan, catalogView(snapshot.catalog)) : null;
  } finally {
    await planner.close();
  }
}
