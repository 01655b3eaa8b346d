import { columnRef, isPlain, listed, rewriteRule, starOf, target, targetsOf, withSelect } from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "SELECT * of a table most of whose bytes are in a few wide columns",
  effect: "Wide columns are fetched, uncompressed and sent for every row, and no index can hold what is read",
  remedy: "Name the columns that are needed",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/storage-toast.html",
      says: "wide values are stored out of line, and only fetched when they are selected at all",
    },
    {
      url: "https://www.postgresql.org/docs/current/indexes-index-only-scans.html",
      says: "an index-only scan needs every column that the query reads to be in the index",
    },
  ],
  options: {
    minWidth: { default: 300, min: 1, max: 1e9, unit: "bytes", doc: "Average width from which on a column is wide" },
  },

  *rewrite(statement, { catalog, options }) {
    const [level] = statement.levels.filter(({ place }) => place === "statement");
    const [table] = level?.tables ?? [];
    const [only, ...more] = level ? targetsOf(level.select) : [];
    if (!level || !table || !only || more.length > 0 || level.aliases.length !== 1 || table.renamed || !starOf(only.val)) return;
    if (!isPlain(level.select, ["sortClause", "limitCount", "limitOffset", "withClause"])) return;
    const widths = table.relation.columns.map(({ name }) => ({
      name,
      width: catalog.statistics(table.relation, name)?.averageWidthBytes ?? 0,
    }));
    const wide = widths.filter(({ width }) => width >= options.minWidth);
    const narrow = widths.filter(({ width }) => width < options.minWidth);
    const [all, rest] = [widths, narrow].map((each) => each.reduce((sum, { width }) => sum + width, 0));
    if (wide.length === 0 || narrow.length === 0 || rest! * 2 > all!) return;
    const names = listed(wide.map(({ name }) => `"${name}"`));
    yield {
      node: withSelect(statement, level, { targetList: narrow.map(({ name }) => target(columnRef(table.alias, name))) }),
      because: `without ${names} a row is ${Math.round(rest!)} bytes wide on average instead of ${Math.round(all!)}`,
      assumes: [`the application does not read ${names} of these rows, or fetches them when they are opened`],
      contract: "different-contract",
    };
  },
});
