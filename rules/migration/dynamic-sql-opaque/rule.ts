import { migrationRule } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "SQL that only shows when it runs",
  detects: "A DO block or function call that builds its SQL, or changes tables, out of sight",
  effect: "What it locks and rewrites cannot be read from the text",
  remedy: "Write the statements out, or rely on the scratch run where one was made",
  severity: "note",
  sources: [{ url: "https://www.postgresql.org/docs/current/sql-do.html", says: "DO runs a block of a procedural language" }],

  judge(change) {
    if (change.kind !== "do") return null;
    const body = change.body.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, " ").replaceAll(/'(?:[^']|'')*'/g, "''");
    const dynamic = /\bexecute\s+(?!function\b|procedure\b)/i.test(body);
    const changes =
      /\b(?:alter\s+table|drop\s+(?:table|index|column)|create\s+(?:unique\s+)?index|truncate|lock\s+table|update\s+\w|delete\s+from)\b/i.test(
        body,
      );
    if (!dynamic && !changes) return null;
    return {
      message: dynamic
        ? "The block builds SQL and executes it: its locks and work cannot be read from the text"
        : "The block changes tables under conditions that cannot be read from the text",
      safer: [],
    };
  },
});
