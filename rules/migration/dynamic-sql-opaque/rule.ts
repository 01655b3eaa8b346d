import { migrationRule } from "../../../src/rule/index.ts";

/** A command that changes a table, with the name that follows; of DROP INDEX and DROP COLUMN the index or column. */
const changesTable =
  /\b(?:(?:alter\s+table|drop\s+(?:table|index|column)|truncate(?:\s+table)?|lock(?:\s+table)?|update(?!\s+(?:set|of|on|or|skip|nowait)\b)|delete\s+from)(?:\s+if\s+exists)?(?:\s+only)?|create\s+(?:unique\s+)?index\b[^;]*?\bon(?:\s+only)?)\s+((?:"[^"]+"|\w+)(?:\.(?:"[^"]+"|\w+))?)/gi;

export default migrationRule({
  title: "SQL that only shows when it runs",
  detects: "A DO block or function call that builds its SQL, or changes tables, out of sight",
  effect: "What it locks and rewrites cannot be read from the text",
  remedy: "Write the statements out, or rely on the scratch run where one was made",
  severity: "note",
  sources: [{ url: "https://www.postgresql.org/docs/current/sql-do.html", says: "DO runs a block of a procedural language" }],

  judge(change, before) {
    if (change.kind !== "do") return null;
    const body = change.body.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, " ").replaceAll(/'(?:[^']|'')*'/g, "''");
    const dynamic = /\bexecute\s+(?!function\b|procedure\b)/i.test(body);
    const changed = [...body.matchAll(changesTable)].map((match) => (match[1] ?? "").replaceAll('"', "").split(".").at(-1) ?? "");
    const own = new Set(before.tables().flatMap((table) => (table.createdHere ? [table.name] : [])));
    if (!dynamic && changed.every((name) => own.has(name))) return null;
    return {
      message: dynamic
        ? "The block builds SQL and executes it: its locks and work cannot be read from the text"
        : "The block changes tables under conditions that cannot be read from the text",
      safer: [],
    };
  },
});
