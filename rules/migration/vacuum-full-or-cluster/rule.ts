import { inUse, migrationRule, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "table written anew under lock",
  detects: "`VACUUM FULL` or `CLUSTER`",
  effect: "The table and its indexes are written anew under ACCESS EXCLUSIVE, with as much disk again",
  remedy: "Plain VACUUM, or pg_repack, which swaps at the end under a short lock",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-vacuum.html",
      says: "VACUUM FULL rewrites the table into a new file under ACCESS EXCLUSIVE",
    },
    {
      url: "https://www.postgresql.org/docs/current/sql-cluster.html",
      says: "CLUSTER takes ACCESS EXCLUSIVE, which prevents all other operations until it is done",
    },
  ],

  judge(change, before) {
    if (change.kind === "vacuum-full") {
      const used = change.relations.filter((each) => inUse(before, each));
      const [first] = used;
      if (!first && change.relations.length > 0) return null;
      return {
        message: `VACUUM FULL writes ${first ? used.map(readableQualified).join(", ") : "every table"} anew while nobody can read`,
        ...(first ? { about: first, rests: "rewrite" as const } : {}),
        safer: first ? used.map((each) => `VACUUM (ANALYZE) ${readableQualified(each)}`) : ["VACUUM (ANALYZE)"],
      };
    }
    if (change.kind !== "cluster" || (change.relation && !inUse(before, change.relation))) return null;
    return {
      message: `CLUSTER writes ${change.relation ? readableQualified(change.relation) : "every clustered table"} anew while nobody can read`,
      ...(change.relation ? { about: change.relation, rests: "rewrite" as const } : {}),
      safer: [],
    };
  },
});
