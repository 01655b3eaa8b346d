import { literal, migrationRule, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "enum value renamed",
  detects: "`ALTER TYPE … RENAME VALUE`",
  effect: "Statements of the running application that write or compare the old label fail at once",
  remedy: "Add the new value, move the data, then stop using the old one",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-altertype.html",
      says: "A value added by ALTER TYPE in a transaction block cannot be used until it is committed",
    },
  ],

  judge(change, before) {
    if (change.kind !== "rename-enum-value" || before.type(change.type)?.createdHere) return null;
    return {
      message: `The value ${literal(change.from)} of ${readableQualified(change.type)} becomes ${literal(change.to)} at once: statements that use the old label fail`,
      safer: [`ALTER TYPE ${readableQualified(change.type)} ADD VALUE ${literal(change.to)}`],
    };
  },
});
