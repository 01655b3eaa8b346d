import { migrationRule, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "enum type made",
  detects: "`CREATE TYPE … AS ENUM`",
  effect: "Values can be added but never removed",
  remedy: "Use a lookup table where values come and go",
  severity: "note",
  offByDefault: true,
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/datatype-enum.html",
      says: "The order of enum values is the order in which they were listed when the type was made",
    },
  ],

  judge(change) {
    if (change.kind !== "create-enum") return null;
    return { message: `Values of the enum ${readableQualified(change.type)} can never be removed`, safer: [] };
  },
});
