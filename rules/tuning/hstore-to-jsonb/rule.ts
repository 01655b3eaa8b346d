import { aboutTable, evidence, ident, readableQualified, tuningRule } from "../../../src/rule/index.ts";

export default tuningRule({
  title: "hstore where jsonb would do more",
  severity: "note",
  detects: "columns of type hstore",
  effect: "values are text only, not nested, and fewer tools and operators know them",
  remedy: "For new work store jsonb; convert a column when its statements are touched anyway",
  leaveAlone: "flat text pairs are all it holds and its statements are quick: hstore is smaller than jsonb and as fast",
  needs: [],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/hstore.html",
      says: "hstore_to_jsonb: converts an hstore to a jsonb value, converting all non-null values to JSON strings",
    },
    {
      url: "https://www.postgresql.org/docs/current/datatype-json.html",
      says: "jsonb data is stored in a decomposed binary format and also supports indexing, which can be a significant advantage",
    },
  ],
  options: { minRows: { default: 1_000, min: 0, max: 1e12, unit: "rows", doc: "Leave smaller tables alone" } },

  *advise({ tables, catalog, options }) {
    for (const table of tables) {
      const rows = catalog.rows(table) ?? 0;
      if (table.kind !== "table" || rows < options.minRows) continue;
      for (const column of table.columns.filter((each) => each.baseType === "hstore")) {
        const name = readableQualified(table);
        yield {
          about: aboutTable(table, column.name),
          message: "It is hstore: flat pairs of text, without numbers, nesting or JSON paths",
          evidence: [evidence("rows", rows, "rows"), evidence("mean width", column.statistics?.averageWidthBytes ?? 0, "bytes")],
          // Every statement that names the column would have to change at the same moment.
          apply: [],
          undo: [],
          help: `For new work store jsonb. To convert: ALTER TABLE ${name} ALTER COLUMN ${ident(column.name)} TYPE jsonb USING hstore_to_jsonb(${ident(column.name)}); it copies the table and rebuilds its indexes under ACCESS EXCLUSIVE, and operators change: -> becomes ->>, hstore @> becomes jsonb @>, ? stays`,
          trial: { kind: "unproved", why: "a matter of what the data will have to hold, not of plans: both have GIN operator classes" },
        };
      }
    }
  },
});
