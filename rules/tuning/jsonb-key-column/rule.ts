import {
  aboutTable,
  type Column,
  evidence,
  ident,
  type KeyColumn,
  keyColumnSql,
  keyUse,
  listed,
  objectName,
  percent,
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
      const uses = new Map<string, Use>();
      for (const family of families)
        for (const scan of family.scans) {
          if (scan.relation.schema !== table.schema || scan.relation.name !== table.name) continue;
          const ordered = [...scan.sort.map((each) => each.on.sql), ...scan.grouping.map((each) => each.sql)];
          for (const sql of [...scan.predicates.map((each) => each.on.sql), ...ordered]) {
            const found = keyUse(sql);
            if (found === null || !/^jsonb?$/.test(catalog.column(table, found.document)?.baseType ?? "")) continue;
            const use = uses.get(`${found.document} ${found.key}`) ?? firstUse(found);
            if (!use.families.has(family.id)) use.share += family.load.share;
            use.families.add(family.id);
            use.types.add(found.type);
            if (ordered.includes(sql)) use.computing.add(family.id);
            uses.set(`${found.document} ${found.key}`, use);
          }
        }
      for (const { document, key, families: users, share, types, computing } of uses.values()) {
        if (users.size < options.minStatements && share < options.minShare) continue;
        const plain = key
          .toLowerCase()
          .replaceAll(/[^a-z0-9_]+/g, "_")
          .slice(0, 55);
        const named = /^[a-z_]/.test(plain) ? plain : objectName(document, plain);
        // A stored key is a column already, under whatever name; one of another meaning keeps its name.
        const isStored = ({ generated, default: sql }: Column) => {
          const stored = generated === null ? null : keyUse(sql ?? "");
          return stored?.document === document && stored.key === key;
        };
        if (table.columns.some((each) => each.name === named || isStored(each))) continue;
        const [type, ...others] = [...types];
        const column: KeyColumn = { document, key, name: named, type: type === undefined || others.length > 0 ? "text" : type };
        const name = readableQualified(table);
        yield {
          about: aboutTable(table, document),
          message: `Its key ${key} is used by ${users.size === 1 ? "one statement" : `${users.size} statements`}, ${percent(share)} of the load`,
          evidence: [
            evidence("statements", users.size),
            evidence("share of the load", share, "share"),
            evidence("statements that use it", listed([...users].toSorted().slice(0, 5))),
          ],
          apply: [`ALTER TABLE ${name} ADD COLUMN ${keyColumnSql(column)}`, `CREATE INDEX CONCURRENTLY ON ${name} (${ident(named)})`],
          undo: [`ALTER TABLE ${name} DROP COLUMN ${ident(named)}`],
          help:
            "Statements must name the column instead of the key. Adding it copies the table under ACCESS EXCLUSIVE: for a large one add a plain column, fill it in batches and keep it by a trigger" +
            (column.type === "text"
              ? ""
              : `. Every use casts the key to ${column.type}: a document whose key does not cast can no longer be stored`),
          trial: {
            kind: "generated-column",
            relation: { schema: table.schema, name: table.name },
            key: column,
            users: [...users].toSorted(),
            computing: [...computing].toSorted(),
          },
        };
      }
    }
  },
});

interface Use {
  readonly document: string;
  readonly key: string;
  readonly families: Set<string>;
  readonly types: Set<KeyColumn["type"]>;
  /** Families that sort or group by it. */
  readonly computing: Set<string>;
  share: number;
}

function firstUse({ document, key }: Pick<KeyColumn, "document" | "key">): Use {
  return { document, key, families: new Set(), types: new Set(), computing: new Set(), share: 0 };
}
