import { migrationRule, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "row security without a policy",
  detects: "`ENABLE ROW LEVEL SECURITY` on a table without any policy",
  effect: "Everybody but the owner sees no rows and writes none",
  remedy: "Make the policies first, in the same transaction",
  severity: "warning",
  insteadOf: ["enable-rls-or-policy-lock"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
      says: "With row security on and no policy every row is denied to all but the owner",
    },
  ],

  *conclude(after) {
    for (const at of after.earlier) {
      const { change } = at;
      if (change.kind !== "enable-rls") continue;
      const table = after.table(change.relation);
      if (!table?.rowSecurity || table.policies.length > 0 || table.before?.rowSecurity) continue;
      yield {
        at,
        message: `Row security of ${readableQualified(change.relation)} is on and this migration makes no policy: all but the owner see nothing`,
        about: change.relation,
        ...(table.createdHere ? {} : { help: "Make sure that the table has its policies already, or make them first" }),
        safer: [],
      };
    }
  },
});
