import {
  aboutTable,
  evidence,
  ident,
  jsonKey,
  listed,
  percent,
  readableIdent,
  readableQualified,
  tuningRule,
} from "../../../src/rule/index.ts";

export default tuningRule({
  title: "A JSON key is asked for often enough to be a column",
  severity: "note",
  detects: "keys of a json or jsonb column that several statements, or much of the load, filter or sort by",
  effect: "each use reads and parses the whole document, and the planner knows nothing of the key's values",
  remedy: "Add a generated column for the key, with statistics and an index of its own",
  leaveAlone: "documents are small and an expression index on the key already serves the statements",
  needs: [],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/ddl-generated-columns.html",
      says: "A generated column is a special column that is always computed from other columns",
    },
  ],
  gates: [
    {
      from: 12,
      changes: "generated columns exist",
      source: {
        url: "https://www.postgresql.org/docs/12/release-12.html",
        says: "Add support for generated columns, which are computed from other columns",
      },
    },
  ],
  options: {
    minRows: { default: 10_000, min: 0, max: 1e12, unit: "rows", doc: "Leave smaller tables alone" },
    minStatements: { default: 2, min: 1, max: 1000, unit: "statements", doc: "Statements that use the key" },
    minShare: { default: 0.1, min: 0, max: 1, unit: "of the load", doc: "Or the part of the load that uses it" },
  },

  *advise({ families, tables, catalog, options, postgres }) {
    if (postgres < 12) return;
    for (const table of tables) {
      if (table.kind !== "table" || (catalog.rows(table) ?? 0) < options.minRows) continue;
      const uses = new Map<string, { column: string; key: string; families: Set<string>; share: number }>();
      for (const family of families)
        for (const scan of family.scans) {
          if (scan.relation.schema !== table.schema || scan.relation.name !== table.name) continue;
          const expressions = [
            ...scan.predicates.map((each) => each.on.sql),
            ...scan.sort.map((each) => each.on.sql),
            ...scan.grouping.map((each) => each.sql),
          ];
          for (const sql of expressions) {
            const found = jsonKey(sql);
            if (found === null || !/^jsonb?$/.test(catalog.column(table, found.column)?.baseType ?? "")) continue;
            const use = uses.get(`${found.column} ${found.key}`) ?? { ...found, families: new Set<string>(), share: 0 };
            if (!use.families.has(family.id)) use.share += family.load.share;
            use.families.add(family.id);
            uses.set(`${found.column} ${found.key}`, use);
          }
        }
      for (const { column, key, families: users, share } of uses.values()) {
        if (users.size < options.minStatements && share < options.minShare) continue;
        const expression = `(${readableIdent(column)} ->> '${key.replaceAll("'", "''")}')`;
        const plain = key.toLowerCase().replaceAll(/[^a-z0-9_]+/g, "_");
        const named = /^[a-z_]/.test(plain) ? plain : `${column}_${plain}`;
        if (table.columns.some((each) => each.name === named || (each.generated !== null && jsonKey(each.default ?? "")?.key === key)))
          continue;
        const name = readableQualified(table);
        yield {
          about: aboutTable(table, column),
          message: `Its key ${key} is used by ${users.size === 1 ? "one statement" : `${users.size} statements`}, ${percent(share)} of the load`,
          evidence: [
            evidence("statements", users.size),
            evidence("share of the load", share, "share"),
            evidence("statements that use it", listed([...users].toSorted().slice(0, 5))),
          ],
          apply: [
            `ALTER TABLE ${name} ADD COLUMN ${ident(named)} text GENERATED ALWAYS AS ${expression} STORED`,
            `CREATE INDEX CONCURRENTLY ON ${name} (${ident(named)})`,
          ],
          undo: [`ALTER TABLE ${name} DROP COLUMN ${ident(named)}`],
          help: "Statements must name the column instead of the key. Adding it copies the table under ACCESS EXCLUSIVE: for a large one add a plain column, fill it in batches and keep it by a trigger. Cast in the expression where the key is a number",
          trial: {
            kind: "unproved",
            why: "the statements have to be rewritten to the column first; an index on the expression needs no rewriting and is among the recommendations when it pays",
          },
        };
      }
    }
  },
});
