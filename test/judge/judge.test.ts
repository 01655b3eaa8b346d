import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadMigrationRules } from "../../rules/index.ts";
import type { Catalog, Relation } from "../../src/domain/catalog.ts";
import { judge } from "../../src/judge/judge.ts";
import type { JudgeInput, Judgement, Observed } from "../../src/judge/judgement.ts";
import type { MigrationRule } from "../../src/rule/migration.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { splitStatements } from "../../src/syntax/split-statements.ts";
import { runners } from "../support/migration-case.ts";
import { column, emptyCatalog, table } from "./tables.ts";

const rules = await loadMigrationRules();
let parser: SqlParser;
beforeAll(async () => {
  parser = await openParser();
});
afterAll(() => parser?.close());

const orders = table("orders", [column("id", "bigint", true), column("note", "text"), column("number", "integer")]);
const catalog: Catalog = { ...emptyCatalog, relations: [orders] };

async function judged(sql: string, more: Partial<JudgeInput> = {}, contextSql = ""): Promise<Judgement> {
  const of = async (text: string, context: boolean) =>
    (await splitStatements(parser, text)).statements.map((each) => ({
      file: context ? "001.sql" : "002.sql",
      line: each.line,
      column: 1,
      sql: each.sql,
      node: each.node,
      context,
    }));
  const statements = [...(await of(contextSql, true)), ...(await of(sql, false))];
  return judge({ statements, catalog, postgres: 17, runner: runners.psql!, rules, ...more });
}
const ids = ({ findings }: Judgement) => findings.map((each) => each.rule);

describe("judge", () => {
  test("a finding names the lock on each relation, strongest first, and where it stands", async () => {
    const { findings } = await judged("\n\nalter table orders alter column note set not null;");
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      rule: "migration/set-not-null-scan",
      severity: "warning",
      place: { file: "002.sql", line: 3, column: 1 },
      locks: ["AccessExclusiveLock"],
      relationLocks: [{ relation: { schema: "public", name: "orders" }, mode: "AccessExclusiveLock" }],
      about: { schema: "public", name: "orders" },
    });
  });

  test("an id stays when lines and layout move, and differs for the same statement said twice", async () => {
    const [one] = (await judged("create index on orders (note);")).findings;
    const [moved] = (await judged("-- a comment\n\n\ncreate   index on\n orders (note);")).findings;
    expect(moved?.place?.line).toBe(4);
    expect(moved?.id).toBe(one?.id);
    const twice = (await judged("update orders set note = '';\nupdate orders set note = '';")).findings;
    expect(new Set(twice.map((each) => each.id)).size).toBe(2);
  });

  test("a scratch run that sees no rewrite disproves the finding, and its locks are the ones told", async () => {
    const sql = "alter table orders alter column number type bigint;";
    const saw = (work: Observed["work"], error: Observed["error"] = null): Map<number, Observed> =>
      new Map([[0, { locks: [], work, sees: ["rewrite"], error }]]);
    const rewrite = [{ relation: { schema: "public", name: "orders" }, kind: "rewrite" as const }];
    expect(ids(await judged(sql, { observed: saw([]) }))).toEqual([]);
    expect(ids(await judged(sql, { observed: saw(rewrite) }))).toEqual(["migration/type-change-rewrite"]);
    expect((await judged(sql, { observed: saw(rewrite) })).findings[0]?.relationLocks).toEqual([]);
    // A run that failed has shown nothing.
    expect(ids(await judged(sql, { observed: saw([], { sqlState: "42P01", message: "" }) }))).toEqual(["migration/type-change-rewrite"]);
  });

  test("statements of earlier migrations move the state on and are not judged", async () => {
    const earlier = "create table users (id bigint primary key, name varchar(10)); create index on orders (note);";
    const { findings } = await judged("create index on users (name);\nalter table users alter column name type text;", {}, earlier);
    expect(findings.map((each) => [each.rule, each.about?.name])).toEqual([["migration/index-not-concurrent", "users"]]);
  });

  test("what a migration makes itself is nobody's yet, until the next one", async () => {
    expect(ids(await judged("create table t (id bigint primary key, a int); create index on t (a);"))).toEqual([]);
  });

  test("levels silence a rule, raise it and switch a quiet one on", async () => {
    const sql = "create index on orders (note);";
    expect(ids(await judged(sql, { levels: { "migration/index-not-concurrent": "off" } }))).toEqual([]);
    expect((await judged(sql, { levels: { "migration/index-not-concurrent": "error" } })).findings[0]?.severity).toBe("error");
    expect(ids(await judged(sql, { levels: { "migration/missing-lock-timeout": "note" } }))).toEqual([
      "migration/index-not-concurrent",
      "migration/missing-lock-timeout",
    ]);
  });

  test("work on a small table is a note, but only where sizes are production's", async () => {
    const small: Relation = { ...orders, rows: 40, bytes: 8192 };
    const given = { catalog: { ...catalog, relations: [small] } };
    const sql = "create index on orders (note);";
    expect((await judged(sql, { ...given, hasFigures: true })).findings[0]?.severity).toBe("note");
    expect((await judged(sql, given)).findings[0]?.severity).toBe("warning");
  });

  test("a size raises nothing that only changes the catalog", async () => {
    const large: Relation = { ...orders, rows: 4e9, bytes: 4e12 };
    const given = { catalog: { ...catalog, relations: [large] }, hasFigures: true };
    const sql = "alter table orders add column a int not null default 0, alter column note set default '';";
    expect(ids(await judged(sql, given))).toEqual([]);
  });

  test("a rollback takes back what the transaction made", async () => {
    const sql = "begin; create table t (id bigint primary key, a int); rollback;\ncreate index on t (a);";
    expect(ids(await judged(sql, { catalog: null }))).toEqual(["migration/index-not-concurrent"]);
  });

  test("each statement's transaction is told: the file's own, the runner's, or none", async () => {
    const { effects } = await judged("begin; select 1; commit; select 2;");
    expect(effects.map((each) => each.inTransaction)).toEqual([false, true, true, false]);
    const wrapped = await judged("select 1; select 2;", { runner: runners.wrapped! });
    expect(new Set(wrapped.effects.map((each) => each.transaction)).size).toBe(1);
  });

  test.each([
    [
      "with first as (select id from orders) select t.id from first join t on t.id = first.id for update",
      ["orders AccessShare", "t RowShare"],
    ],
    ["select o.id from orders o join t on t.id = o.id for update of o", ["orders RowShare", "t AccessShare"]],
    ["select t.id from t, (select id from orders) o where t.id = o.id for share", ["orders RowShare", "t RowShare"]],
    ["select t.id from t where id in (select id from orders for update)", ["orders RowShare", "t AccessShare"]],
    [
      "with m as (merge into t using orders on t.id = orders.id when matched then delete returning t.id) select from m",
      ["orders AccessShare", "t RowExclusive"],
    ],
  ])("a query locks what it reads, whose rows it locks and what it writes: %s", async (sql, locks) => {
    const { effects } = await judged(sql, { catalog: { ...catalog, relations: [orders, table("t", [column("id", "bigint", true)])] } });
    expect(effects[0]?.locks.map(({ relation, mode }) => `${relation.name} ${mode.replace("Lock", "")}`)).toEqual(locks);
  });

  test("the safe form fits the runner: in a file of its own, or by hand where there is none", async () => {
    const sql = "create index orders_note on orders (note);";
    const safer = async (runner: keyof typeof runners) => (await judged(sql, { runner: runners[runner]! })).findings[0]?.safer;
    expect(await safer("psql")).toEqual(["CREATE INDEX CONCURRENTLY orders_note ON public.orders (note)"]);
    expect((await safer("wrapped"))?.[0]).toContain("transaction:false");
    expect((await safer("always wrapped"))?.[0]).toContain("by hand");
  });

  test("a rule that throws is named and the others go on", async () => {
    const broken: MigrationRule = {
      ...rules.get("migration/drop-table")!,
      judge() {
        throw new Error("broken");
      },
    };
    const all = new Map([...rules, ["migration/broken", broken]]);
    const { findings, failures } = await judged("create index on orders (note);", { rules: all });
    expect(failures.map((each) => each.rule)).toEqual(["migration/broken"]);
    expect(findings).toHaveLength(1);
  });

  test("equal input gives an equal judgement, and odd statements no exception", async () => {
    const odd =
      "select; vacuum; create schema s; do 'begin end'; alter table nowhere add column a int; drop index i; notify x; set a.b = 1;";
    expect(await judged(odd)).toEqual(await judged(odd));
    expect((await judged(odd, { catalog: null })).failures).toEqual([]);
  });
});
