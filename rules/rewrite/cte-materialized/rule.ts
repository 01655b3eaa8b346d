import { type Node, rewriteRule } from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "A CTE AS NOT MATERIALIZED that is read more than once",
  effect: "Its query runs again in every place that reads it",
  remedy: "Leave NOT MATERIALIZED out, so that it is computed once",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/queries-with.html#QUERIES-WITH-CTE-MATERIALIZATION",
      says: "NOT MATERIALIZED risks duplicate computation of the WITH query, but can give a net savings if each usage needs only a small part",
    },
  ],

  *rewrite(statement) {
    const found: { readonly cte: Cte; readonly name: string }[] = [];
    const reads = new Map<string, number>();
    visit(statement.node, (cte) => found.push({ cte, name: cte.ctename ?? "" }), reads);
    for (const { cte, name } of found) {
      if (cte.ctematerialized !== "CTEMaterializeNever" || (reads.get(name) ?? 0) < 2) continue;
      if (found.filter((each) => each.name === name).length > 1) continue;
      yield {
        node: statement.replace([cte, { ...cte, ctematerialized: "CTEMaterializeDefault" }]),
        because: "the query of the CTE runs once, and its rows are kept for all who read it",
        assumes: [],
        contract: "same-result",
      };
    }
  },
});

type Cte = Extract<Node, { CommonTableExpr: unknown }>["CommonTableExpr"];

function visit(value: unknown, take: (cte: Cte) => void, reads: Map<string, number>): void {
  if (typeof value !== "object" || value === null) return;
  if ("CommonTableExpr" in value) take(value.CommonTableExpr as Cte);
  if ("RangeVar" in value) {
    const { relname, schemaname } = value.RangeVar as { relname?: string; schemaname?: string };
    if (!schemaname && relname) reads.set(relname, (reads.get(relname) ?? 0) + 1);
  }
  for (const below of Object.values(value)) visit(below, take, reads);
}
