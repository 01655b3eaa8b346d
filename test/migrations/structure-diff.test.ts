import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bootEmbedded, type EmbeddedDatabase } from "../../src/embedded/embedded-database.ts";
import { withStructure } from "../../src/migrations/change-structure.ts";
import { structureDiff } from "../../src/migrations/structure-diff.ts";

const head = "SET statement_timeout = 0;\nSELECT pg_catalog.set_config('search_path', '', false);\n";
const before = `${head}
CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;
CREATE TYPE public.mood AS ENUM (
    'ok',
    'bad'
);
CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS $$begin new.note := 'x'; return new; end$$;
CREATE TABLE public.orders (
    id bigint NOT NULL,
    customer_id integer,
    note character varying(20) DEFAULT 'a,b'::character varying,
    total numeric(10,2) NOT NULL,
    feels public.mood,
    CONSTRAINT orders_total CHECK ((total >= (0)::numeric))
);
CREATE SEQUENCE public.orders_id_seq START WITH 1;
CREATE TABLE public.old_things (
    id bigint NOT NULL
);
ALTER TABLE ONLY public.orders ALTER COLUMN id SET DEFAULT nextval('public.orders_id_seq'::regclass);
ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.old_things
    ADD CONSTRAINT old_things_pkey PRIMARY KEY (id);
CREATE INDEX index_orders_on_note ON public.orders USING btree (note);
CREATE INDEX index_orders_on_customer_id ON public.orders USING btree (customer_id);
CREATE INDEX index_old_things_on_id ON public.old_things USING btree (id);
CREATE TRIGGER touched BEFORE UPDATE ON public.orders FOR EACH ROW EXECUTE FUNCTION public.touch();
`;
const after = before
  .replace("    'bad'\n", "    'bad',\n    'worse'\n")
  .replace(
    "    customer_id integer,",
    "    customer_id bigint NOT NULL,\n    placed_at timestamp(6) without time zone DEFAULT now() NOT NULL,",
  )
  .replace("    feels public.mood,\n", "")
  .replace("DEFAULT 'a,b'::character varying", "DEFAULT 'c'::character varying")
  .replace("total >= (0)::numeric", "total > (0)::numeric")
  .replace(/CREATE TABLE public.old_things[\s\S]*?;\n/, "CREATE TABLE public.lines (\n    id bigint NOT NULL,\n    order_id bigint\n);\n")
  .replace(
    /ALTER TABLE ONLY public.old_things[\s\S]*?;\n/,
    "ALTER TABLE ONLY public.lines\n    ADD CONSTRAINT lines_order FOREIGN KEY (order_id) REFERENCES public.orders(id);\n",
  )
  .replace(
    /CREATE INDEX index_orders_on_note[^\n]*\n/,
    "CREATE INDEX index_orders_on_lower ON public.orders USING btree (lower((note)::text));\n",
  )
  .replace(/CREATE INDEX index_old_things[^\n]*\n/, "CREATE UNIQUE INDEX index_lines_on_order_id ON public.lines USING btree (order_id);\n")
  .replace("new.note := 'x'", "new.note := 'y'");

let database: EmbeddedDatabase;
beforeAll(async () => {
  database = await bootEmbedded({ extensions: ["citext"] });
});
afterAll(() => database.close());

/** The schema as the server tells it, object by object. */
async function schemaAfter(...scripts: readonly string[]): Promise<unknown> {
  database.provideExtension("citext");
  await database.run("drop schema if exists public cascade; create schema public");
  for (const script of scripts) await database.run(script);
  return JSON.parse(
    String(
      await database.scalar(`select json_build_object(
        'columns', (select json_agg(json_build_array(c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)) order by 1::text, c.relname, a.attname)
          from pg_attribute a join pg_class c on c.oid = a.attrelid left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
          where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped),
        'indexes', (select json_agg(indexdef order by indexdef) from pg_indexes where schemaname = 'public'),
        'constraints', (select json_agg(conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) order by conname) from pg_constraint where connamespace = 'public'::regnamespace and conrelid <> 0 and contype <> 'n'),
        'labels', (select json_agg(enumlabel order by enumsortorder) from pg_enum),
        'functions', (select json_agg(prosrc order by proname) from pg_proc where pronamespace = 'public'::regnamespace and prolang = (select oid from pg_language where lanname = 'plpgsql')),
        'triggers', (select json_agg(tgname order by tgname) from pg_trigger where not tgisinternal))::text`),
    ),
  );
}

describe("the difference of two dumps", () => {
  test("takes a database with the old schema to the new one", async () => {
    const { statements, open } = structureDiff(before, after);
    expect(open).toEqual([]);
    const wanted = await schemaAfter(after, "reset all");
    const got = await schemaAfter(before, "reset all", statements.map((each) => each.sql).join(";\n"));
    expect(got).toEqual(wanted);
  });
  test("the other way round, too, but for a label that no statement takes from an enum", async () => {
    const { statements, open } = structureDiff(after, before);
    expect(open).toEqual([{ line: 4 + 1, message: expect.stringContaining("CREATE TYPE public.mood") }]);
    const got = (await schemaAfter(after, "reset all", statements.map((each) => each.sql).join(";\n"))) as { labels: unknown };
    expect(got).toEqual({ ...((await schemaAfter(before, "reset all")) as object), labels: got.labels });
  });
  test("of a dump with itself is nothing", () => expect(structureDiff(before, before)).toEqual({ statements: [], open: [] }));
  test("says on which line of the new dump each change stands", () => {
    const lines = after.split("\n");
    for (const { line, sql } of structureDiff(before, after).statements) {
      const column = /ALTER COLUMN (\w+)|ADD COLUMN (\w+)|INDEX index_(\w+)/.exec(sql);
      const word = sql.startsWith("DROP") ? undefined : column?.slice(1).find((each) => each !== undefined);
      if (word !== undefined) expect(lines[line - 1], sql).toContain(word);
    }
  });
});

describe("a change with a structure.sql", () => {
  const structure = { path: "db/structure.sql", status: "modified", content: Buffer.from(after), before: Buffer.from(before) } as const;
  const ruby = (body: string) => ({
    path: "db/migrate/20240101000000_x.rb",
    content: Buffer.from(`class X < ActiveRecord::Migration[7.1]\n  def change\n    ${body}\n  end\nend`),
    isNew: true,
  });
  test("has the old dump as its schema, and the Ruby migrations where all of them are understood", () => {
    const { files } = withStructure({ files: [ruby("drop_table :a")], others: [structure], notices: [] }, { hasSchema: false });
    expect(files.map((file) => [file.path, file.isNew])).toEqual([
      ["db/structure.sql before", false],
      ["db/migrate/20240101000000_x.rb", true],
    ]);
  });
  test("has the difference in place of Ruby that is not understood, and says so", () => {
    const { files, notices } = withStructure({ files: [ruby("do_things")], others: [structure], notices: [] }, { hasSchema: true });
    expect(files.map((file) => [file.path, file.printed?.tool])).toEqual([["db/structure.sql", "rails"]]);
    expect(files[0]?.printed?.sql).toContain("ADD COLUMN placed_at");
    expect(notices.join()).toMatch(/in place of the Ruby migrations/);
  });
  test("without one is left as it is", () => {
    const change = { files: [ruby("do_things")], others: [], notices: [] };
    expect(withStructure(change, { hasSchema: false })).toBe(change);
  });
});
