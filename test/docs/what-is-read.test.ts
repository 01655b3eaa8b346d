import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Node } from "@pgsql/types";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { liveSource } from "../../src/collect/live-source.ts";
import { defaultConfig } from "../../src/config/config.ts";
import type { SqlSession } from "../../src/contract/sql-session.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { tagOf, walk } from "../../src/syntax/tree.ts";
import { nativePostgres, noNativePostgres } from "../support/native-postgres.ts";
import { embeddedDatabase, sessionOf } from "../support/test-database.ts";

const page = join(import.meta.dirname, "../../docs/what-is-read.md");
const server = await nativePostgres();
let parser: SqlParser;
beforeAll(async () => {
  parser = await openParser();
});
afterAll(async () => {
  await parser.close();
  await server?.stop();
});

const schema = `
create type mood as enum ('ok'); create domain age as int check (value > 0);
create type pair as (a int, b text);
create table customers (id bigint generated always as identity primary key, email text not null, mood mood, years age);
create table orders (id serial primary key, customer_id bigint references customers, at timestamptz not null default now(), meta jsonb);
create index orders_at on orders (at);
create index orders_lower on customers (lower(email));
create statistics orders_pair on id, customer_id from orders;
create view open_orders as select * from orders;
create table events (at date not null) partition by range (at);
create table events_1 partition of events for values from ('2025-01-01') to ('2026-01-01');
create function f(int) returns int language sql as 'select $1';
insert into customers (email) select g || '@x' from generate_series(1, 200) g;
insert into orders (customer_id) select 1 + g % 200 from generate_series(1, 500) g;
analyze`;

/** Statements that a whole reading sends, as PostgreSQL's grammar sees them. */
async function sent(session: SqlSession, more: { readonly sampleRows?: boolean } = {}): Promise<Node[]> {
  const texts: string[] = [];
  const recording: SqlSession = {
    query: (sql, parameters) => {
      texts.push(sql);
      return session.query(sql, parameters);
    },
    close: () => session.close(),
  };
  const reading = { top: 500, minCalls: 1, includeSchemas: [], excludeSchemas: [], readEnds: true, redactValues: false, now: new Date(0) };
  await liveSource(recording, { ...reading, ...more }).read({});
  const nodes: Node[] = [];
  for (const text of texts) {
    const parsed = await parser.parse(text);
    expect(parsed.kind, text).toBe("parsed");
    if (parsed.kind === "parsed") nodes.push(...parsed.statements.map((statement) => statement.node));
  }
  return nodes;
}

interface Read {
  /** Catalog or view → its columns that are named with it. */
  readonly relations: Map<string, Set<string>>;
  readonly functions: Set<string>;
  /** Tables of the user. */
  readonly tables: Set<string>;
}

function readBy(nodes: readonly Node[]): Read {
  const read: Read = { relations: new Map(), functions: new Set(), tables: new Set() };
  for (const root of nodes) {
    const aliases = new Map<string, Set<string>>();
    const own = new Set<string>();
    walk(root, (node) => {
      if ("CommonTableExpr" in node) own.add(node.CommonTableExpr.ctename ?? "");
    });
    walk(root, (node) => {
      if (!("RangeVar" in node)) return;
      const { relname = "", schemaname, alias } = node.RangeVar;
      if (own.has(relname) && schemaname === undefined) return;
      if (!relname.startsWith("pg_")) {
        read.tables.add(relname);
        return;
      }
      if (!read.relations.has(relname)) read.relations.set(relname, new Set());
      const name = alias?.aliasname ?? relname;
      aliases.set(name, (aliases.get(name) ?? new Set()).add(relname));
    });
    walk(root, (node) => {
      if ("FuncCall" in node) {
        const words = (node.FuncCall.funcname ?? []).flatMap((each) => ("String" in each ? [each.String.sval ?? ""] : []));
        const name = words.at(-1) ?? "";
        if (name.startsWith("pg_") || name.startsWith("has_")) read.functions.add(name);
      }
      if (!("ColumnRef" in node)) return;
      const words = (node.ColumnRef.fields ?? []).flatMap((each) => ("String" in each ? [each.String.sval ?? ""] : []));
      const [first = "", second] = words;
      // An alias may stand for two catalogs in two branches, and a bare name for any: whose column it is, the server tells.
      const relations = second === undefined ? [...aliases.values()].flatMap((each) => [...each]) : [...(aliases.get(first) ?? [])];
      for (const relation of relations) read.relations.get(relation)?.add(second ?? first);
    });
  }
  return read;
}

/** Without columns that the catalog does not have. */
async function existing({ relations, ...rest }: Read, session: SqlSession): Promise<Read> {
  const rows = await session.query<{ relation: string; name: string }>(
    "select c.relname::text as relation, a.attname::text as name from pg_attribute a join pg_class c on c.oid = a.attrelid where c.relnamespace = 'pg_catalog'::regnamespace",
  );
  const known = new Set(rows.map(({ relation, name }) => `${relation}.${name}`));
  const kept = [...relations].map(
    ([relation, columns]) => [relation, new Set([...columns].filter((name) => known.has(`${relation}.${name}`)))] as const,
  );
  return { ...rest, relations: new Map(kept) };
}

function generated({ relations, functions }: Read): string {
  const rows = [...relations]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, columns]) => `| \`${name}\` | ${[...columns].toSorted().join(", ")} |`);
  return `| Catalog or view | Columns |\n|---|---|\n${rows.join("\n")}\n\nFunctions: ${[...functions]
    .toSorted()
    .map((name) => `\`${name}\``)
    .join(", ")}.`;
}

const marked = /(<!-- read:begin -->\n)[\s\S]*(\n<!-- read:end -->)/;

describe("docs/what-is-read.md", () => {
  test("lists the catalogs, columns and functions of the reader's own statements (UPDATE_DOCS=1 rewrites it)", async () => {
    const database = await embeddedDatabase();
    try {
      await database.run(schema);
      // Ends are read of indexes that were scanned, and counters are flushed once a second at most.
      await database.run("select pg_stat_force_next_flush()");
      const nodes = await sent(database.session);
      const kinds = new Set(nodes.map(tagOf));
      expect([...kinds].toSorted()).toEqual(["SelectStmt", "TransactionStmt"]);
      expect(nodes.filter((node) => "SelectStmt" in node).length).toBeLessThan(50);
      const made = generated(await existing(readBy(nodes), database.session));
      const text = readFileSync(page, "utf8");
      if (process.env.UPDATE_DOCS)
        writeFileSync(
          page,
          text.replace(marked, (_, begin: string, end: string) => begin + made + end),
        );
      else expect(text).toContain(`<!-- read:begin -->\n${made}\n<!-- read:end -->`);
    } finally {
      await database.close();
    }
  });

  test.skipIf(server === null)(
    `names all that an older server is asked for (${server === null ? noNativePostgres : `PostgreSQL ${server.major}`})`,
    async () => {
      await server!.run("postgres", schema, ...(server!.hasStatements ? ["create extension pg_stat_statements"] : []));
      const client = new pg.Client({ connectionString: server!.url() });
      await client.connect();
      try {
        const session = sessionOf(client);
        const read = readBy(await sent(session));
        const text = readFileSync(page, "utf8");
        for (const name of [...read.relations.keys(), ...read.functions]) expect(text, name).toContain(`\`${name}\``);
        // Least and greatest values are the only thing read of tables, and of indexed columns alone.
        expect([...read.tables].toSorted()).toEqual(["customers", "events_1", "orders"].filter((name) => read.tables.has(name)));
        const quiet = readBy(await sent(session, { sampleRows: true }));
        expect([...quiet.tables]).toContain("orders");
      } finally {
        await client.end();
      }
    },
  );

  test("gives the limits that hold by default", () => {
    const text = readFileSync(page, "utf8");
    expect(text).toContain(`${defaultConfig.statementTimeoutMs / 1000} s`);
    expect(text).toContain(`${defaultConfig.top} statements`);
  });
});
