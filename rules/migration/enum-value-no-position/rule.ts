import { literal, migrationRule, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "enum value without a position",
  detects: "`ALTER TYPE … ADD VALUE` without BEFORE or AFTER",
  effect: "The value sorts last, which matters where the type is compared or sorted",
  remedy: "Say BEFORE or AFTER",
  severity: "note",
  offByDefault: true,
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/datatype-enum.html",
      says: "The order of enum values is the order in which they were listed when the type was made",
    },
  ],

  judge(change) {
    if (change.kind !== "add-enum-value" || change.placed) return null;
    return { message: `The value ${literal(change.value)} of ${readableQualified(change.type)} sorts last`, safer: [] };
  },
});
