import { indexSql, migrationRule, outsideTransaction, readableIdent, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "access method that cannot serve the type",
  detects: "A B-tree on a jsonb, array, tsvector, range or geometric column",
  effect: "A B-tree compares whole values: containment, overlap and search never use it, and values over 2704 bytes make inserts fail",
  remedy: "Use GIN (jsonb, arrays, tsvector) or GiST (ranges, geometry), or a B-tree on the expression that is filtered",
  severity: "warning",
  sources: [
    { url: "https://www.postgresql.org/docs/current/gin.html", says: "GIN finds elements inside arrays, jsonb and tsvector values" },
    {
      url: "https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY",
      says: "CREATE INDEX locks out writes until it is done; CONCURRENTLY does not, and cannot run in a transaction block",
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "create-index" || change.accessMethod !== "btree" || change.unique || change.keys.length !== 1) return null;
    const column = change.keys[0]?.column ?? null;
    const type = before.table(change.relation)?.columns.find((each) => each.name === column)?.type;
    if (!type || column === null) return null;
    const method =
      type.array || type.name === "jsonb" || type.name === "tsvector" || type.name === "hstore"
        ? "gin"
        : gist.has(type.name)
          ? "gist"
          : null;
    if (method === null) return null;
    return {
      message: `A B-tree on ${readableQualified(change.relation)}.${readableIdent(column)} compares whole values of ${type.sql}: no search inside them uses it`,
      about: change.relation,
      safer: outsideTransaction(context, before, indexSql({ ...change, accessMethod: method }, true)),
    };
  },
});

const gist = new Set("int4range int8range numrange tsrange tstzrange daterange box polygon circle point geometry geography".split(" "));
