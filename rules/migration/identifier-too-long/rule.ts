import { migrationRule } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "name longer than 63 bytes",
  detects: "A name of more than 63 bytes",
  effect: "PostgreSQL cuts it without an error, and two such names may become one",
  remedy: "Shorten it",
  severity: "note",
  offByDefault: true,
  sources: [
    { url: "https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS", says: "Names are cut to 63 bytes" },
  ],

  judge(change, _before, context) {
    if (change.kind === "other" || change.kind === "do") return null;
    const words = context.sql.replaceAll(/'(?:[^']|'')*'/g, "''").match(/"(?:[^"]|"")+"|[\p{L}_][\p{L}\w$]*/gu) ?? [];
    const long = words.find((each) => encoder.encode(each.replaceAll('"', "")).length > 63);
    return long === undefined ? null : { message: `The name ${long} is cut to 63 bytes`, safer: [] };
  },
});

const encoder = new TextEncoder();
