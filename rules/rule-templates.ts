/** All a rule imports, seen from its folder. */
const kit = "../../../src/rule/index.ts";

const source = `sources: [{ url: "https://www.postgresql.org/docs/current/", says: "" }],`;

/** Files of a new rule by their path in its folder; complete enough that the harness says what is still to be written. */
type Template = Readonly<Record<string, string>>;

const indexTemplate: Template = {
  "rule.ts": `import { index, indexableRelation, indexRule, key, minRowsOption, servedBy } from "${kit}";

export default indexRule({
  detects: "",
  effect: "",
  remedy: "",
  ${source}
  options: { minRows: minRowsOption },

  *propose(scan, { catalog, options }) {
    const relation = indexableRelation(catalog, scan, options.minRows);
    if (!relation) return;
    for (const predicate of scan.predicates) {
      if (predicate.operator !== "=") continue;
      const wanted = index(scan.relation, "btree", [key(predicate.on)]);
      if (!servedBy(catalog, wanted)) yield { kind: "create", index: wanted, because: "" };
    }
  },
});
`,
  "cases/fires-when.sql": `-- example rows=1000000 name.distinct=5000
create table example (id bigint primary key, name text not null);
-- statement
select * from example where name = $1;
-- expect
create index on public.example (name)
`,
  "cases/quiet-when.sql": `-- example rows=10
create table example (id bigint primary key, name text not null);
-- statement
select * from example where name = $1;
`,
};

const rewriteTemplate: Template = {
  "rule.ts": `import { changed, rewriteRule, withSelect } from "${kit}";

export default rewriteRule({
  detects: "",
  effect: "",
  remedy: "",
  ${source}

  *rewrite(statement) {
    for (const level of statement.levels) {
      const select = level.select;
      if (select.distinctClause === undefined) continue;
      const node = withSelect(statement, level, changed(select, { distinctClause: undefined }));
      yield { node, because: "", assumes: [], contract: "same-result" };
    }
  },
});
`,
  "cases/fires-when.sql": `create table example (id int primary key, name text);
insert into example select n, nullif(n % 4, 0)::text from generate_series(1, 15) n;
-- statement
select distinct id from example;
-- expect
select id from example;
`,
  "cases/quiet-when.sql": `create table example (id int primary key, name text);
insert into example select n, nullif(n % 4, 0)::text from generate_series(1, 15) n;
-- statement
select id from example;
`,
  "cases/quiet-otherwise.sql": `create table example (id int primary key, name text);
insert into example select n, nullif(n % 4, 0)::text from generate_series(1, 15) n;
-- statement
select distinct name from example;
`,
};

const migrationTemplate: Template = {
  "rule.ts": `import { ident, migrationRule, qualified } from "${kit}";

export default migrationRule({
  title: "",
  severity: "warning",
  detects: "",
  effect: "",
  remedy: "",
  ${source}

  judge(change, before) {
    if (change.kind !== "drop-column" || before.createdHere(change.relation)) return null;
    return { message: \`\${qualified(change.relation)}.\${ident(change.column)} \`, about: change.relation, safer: [] };
  },
});
`,
  "cases/fires-when.sql": "alter table orders drop column note;\n",
  "cases/fires-otherwise.sql": "-- postgres: 13\nalter table customers drop column region;\n",
  "cases/quiet-when.sql": "create table fresh (id bigint primary key, note text);\nalter table fresh drop column note;\n",
  "cases/quiet-otherwise.sql": "alter table orders add column remark text;\n",
};

const tuningTemplate: Template = {
  "rule.ts": `import { aboutTable, evidence, isOrdinaryTable, setStorage, tuningRule } from "${kit}";

export default tuningRule({
  title: "",
  severity: "note",
  detects: "",
  effect: "",
  remedy: "",
  leaveAlone: "",
  needs: ["maintenance"],
  ${source}
  options: { minUpdates: { default: 100_000, min: 0, max: 1e15, unit: "rows", doc: "Updates since the counters were reset" } },

  *advise({ tables, options }) {
    for (const table of tables) {
      const { activity } = table;
      if (!isOrdinaryTable(table) || activity === null || activity.rowsUpdated < options.minUpdates) continue;
      yield {
        about: aboutTable(table),
        message: "",
        evidence: [evidence("updates", activity.rowsUpdated, "rows")],
        ...setStorage(table, { fillfactor: 90 }),
        trial: { kind: "arithmetic", formula: "" },
      };
    }
  },
});
`,
  "cases/fires-when.sql": `-- example rows=1000000 updates=5000000
create table example (id bigint primary key, name text not null);
-- expect
note public.example
alter table public.example set (fillfactor = 90)
`,
  "cases/quiet-when.sql": `-- example rows=1000000 updates=10
create table example (id bigint primary key, name text not null);
`,
};

/** By kind of rule: the folder it lies in. */
export const ruleTemplates: Readonly<Record<string, Template>> = {
  index: indexTemplate,
  migration: migrationTemplate,
  rewrite: rewriteTemplate,
  tuning: tuningTemplate,
};
