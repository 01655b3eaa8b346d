import { inUse, migrationRule, readableQualified, sameRelation } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "ATTACH that reads the default partition",
  detects: "`ATTACH PARTITION` where the parent has a DEFAULT partition",
  effect: "ACCESS EXCLUSIVE on the default partition while all its rows are read",
  remedy: "Give the default partition a CHECK that rules the new bound out, validated before",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/ddl-partitioning.html",
      says: "How partitions are added, attached and detached with the least locking",
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "attach-partition" || change.isDefault || !inUse(before, change.relation)) return null;
    const other = context.work.find((each) => each.kind === "scan" && !sameRelation(each.relation, change.partition))?.relation;
    if (!other || !inUse(before, other) || (context.hasFigures && before.table(other)?.before?.rows === 0)) return null;
    return {
      message: `Attaching ${readableQualified(change.partition)} reads all rows of the default partition ${readableQualified(other)} while nobody else can`,
      about: other,
      rests: "scan",
      safer: [],
    };
  },
});
