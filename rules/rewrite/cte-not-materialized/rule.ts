import { type Node, rewriteRule } from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "A CTE that is computed in full: AS MATERIALIZED, or read more than once",
  effect: "No condition of the outer query reaches inside, so rows are made that are dropped again",
  remedy: "Write AS NOT MATERIALIZED where the parts read are small",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/queries-with.html#QUERIES-WITH-CTE-MATERIALIZATION",
      says: "a WITH query referenced more than once is computed once, unless NOT MATERIALIZED asks for it to be folded into the parent",
    },
  ],

  *rewrite(statement) {
    for (const [cte, uses] of ctesIn(statement.node)) {
      const materialized = cte.ctematerialized ?? "CTEMaterializeDefault";
      if (materialized === "CTEMaterializeNever" || uses === 0) continue;
      if (materialized === "CTEMaterializeDefault" && uses < 2) continue;
      yield {
        node: statement.replace([cte, { ...cte, ctematerialized: "CTEMaterializeNever" }]),
        because: "conditions and indexes of the outer query can reach into the CTE, which is computed for what is asked only",
        assumes: ["the fence was not put there on purpose, to keep the planner from a bad estimate"],
        contract: "same-result",
      };
    }
  },
});

type Cte = Extract<Node, { CommonTableExpr: unknown }>["CommonTableExpr"];

/** Plain CTEs that hold a SELECT, with how often each is read. Recursive ones cannot be folded. */
function ctesIn(root: Node): readonly (readonly [Cte, number])[] {
  const found: Cte[] = [];
  const reads = new Map<string, number>();
  const visit = (value: unknown, recursive: boolean) => {
    if (typeof value !== "object" || value === null) return;
    const inside = recursive || ("recursive" in value && value.recursive === true);
    if ("CommonTableExpr" in value && !inside) {
      const cte = value.CommonTableExpr as Cte;
      if (cte.ctequery && "SelectStmt" in cte.ctequery && !cte.search_clause && !cte.cycle_clause) found.push(cte);
    }
    if ("RangeVar" in value) {
      const { relname, schemaname } = value.RangeVar as { relname?: string; schemaname?: string };
      if (!schemaname && relname) reads.set(relname, (reads.get(relname) ?? 0) + 1);
    }
    for (const below of Object.values(value)) visit(below, inside);
  };
  visit(root, false);
  const names = found.map((cte) => cte.ctename);
  // Two CTEs of one name, in different places, could not be told apart here.
  return found
    .filter((cte) => names.filter((name) => name === cte.ctename).length === 1)
    .map((cte) => [cte, reads.get(cte.ctename ?? "") ?? 0] as const);
}
