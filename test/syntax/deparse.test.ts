import type { Node } from "@pgsql/types";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AdvisorError } from "../../src/errors.ts";
import { deparse, deparseExpression } from "../../src/syntax/deparse.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";

let parser: SqlParser;
beforeAll(async () => {
  parser = await openParser();
});
afterAll(() => parser.close());

async function treeOf(sql: string): Promise<Node> {
  const parsed = await parser.parse(sql);
  if (parsed.kind === "failed") throw new Error(`${parsed.message}: ${sql}`);
  return parsed.statements[0]!.node;
}

async function expressionOf(sql: string): Promise<Node> {
  const node = await treeOf(`select ${sql}`);
  const target = "SelectStmt" in node ? node.SelectStmt.targetList?.[0] : undefined;
  return (target && "ResTarget" in target && target.ResTarget.val) || node;
}

/** The tree without its places, and without whether a call was written as SQL syntax. */
function meaning(node: Node): string {
  return JSON.stringify(node, (key, value) => (/location$|list_(?:start|end)$|^funcformat$/.test(key) ? undefined : value));
}

async function expectSameAfterReading(sql: string): Promise<void> {
  const node = await treeOf(sql);
  const written = deparse(node);
  expect(meaning(await treeOf(written)), written).toBe(meaning(node));
}

describe("expressions", () => {
  test.each([
    ["LOWER( email )", "lower(email)"],
    ["meta->>'kind'", "meta ->> 'kind'"],
    ["(meta->>'score')::int > 5", "CAST(meta ->> 'score' AS int) > 5"],
    ["deleted_at is null", "deleted_at IS NULL"],
    ["(a or b) is null", "(a OR b) IS NULL"],
    ["(not a) is null", "(NOT (a)) IS NULL"],
    ["(a || b) at time zone c", "(a || b) AT TIME ZONE c"],
    ["a between 0.06 - 0.01 and 0.06 + 0.01", "a BETWEEN 0.06 - 0.01 AND 0.06 + 0.01"],
    ["(a like b) = c", "(a LIKE b) = c"],
    ['"Order"."User Id" = $1', '"Order"."User Id" = $1'],
    ["(array[1,2])[1]", "((ARRAY[1, 2]))[1]"],
    ["E'it''s\\\\'", "E'it''s\\\\'"],
  ])("%s is written %s", async (sql, expected) => expect(deparseExpression(await expressionOf(sql))).toBe(expected));

  test("nested in one another mean the same after writing and reading", async () => {
    await fc.assert(
      fc.asyncProperty(expressions(), async (sql) => {
        const node = await expressionOf(sql);
        const written = deparseExpression(node);
        expect(meaning(await expressionOf(written)), written).toBe(meaning(node));
      }),
      { seed: 1, numRuns: 1500 },
    );
  });

  test("keep every string", async () => {
    const characters = fc.constantFrom("'", "\\", "\n", "\t", "a", "$", "🐘", "é", "\u0001", "%", "\r", '"', "{", "-", "/", "*", ";");
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: characters }), async (value) => {
        const literal = `E'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
        await expectSameAfterReading(`select ${literal}, ${literal}::jsonb, f(${literal}) from t where a like ${literal}`);
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe("statements", () => {
  test.each([
    "with recursive x(n) as materialized (select 1 union all select n + 1 from x) select * from x order by n desc nulls last limit 5 offset $1",
    "select distinct on (a) a, b from only t as u(a, b) left join (b join c on b.x = c.x) on a.y = b.y for update of u skip locked",
    "select * from lateral (select 1) x, rows from (f(1), g(2)) with ordinality as y(a, b) cross join unnest($1::int[])",
    "select sum(a) filter (where b > 1) over (partition by c order by d range between unbounded preceding and current row) from t",
    "select a from t group by grouping sets ((a), (b), ()), rollup (a, b) having count(*) > 1",
    "insert into t as x (a, b) values (1, default) on conflict (a) where b > 1 do update set b = excluded.b where x.b < 5 returning *",
    "update t as x set (a, b) = (select 1, 2), c[1] = 5 from s where x.id = s.id returning old.a, new.a",
    "delete from t using s where t.a = s.a and exists (select 1 from u where u.b = s.b) returning 1",
    "merge into t using s on t.id = s.id when matched and s.x then update set a = 1 when not matched by target then insert (a) values (1) when not matched by source then delete returning merge_action(), t.*",
    'create unique index concurrently if not exists i on only s.t using gin (a jsonb_path_ops, lower(b) desc nulls last, (c + 1) collate "C") include (d) with (fastupdate = off) where e is null and not f',
    "(select 1 order by 1 limit 1) union all (select 2 intersect select 3) except all select 4",
    "select 1 from a join b using (x) as j natural join c tablesample system (1) repeatable (2)",
    "declare c scroll cursor with hold for select 1",
    "explain (analyze, format json) select 1",
  ])("%s", expectSameAfterReading);

  test.each(["all", "Order", "a b", 'q"q', "名", "range"])("quote the name %s wherever it stands", async (name) => {
    const q = `"${name.replaceAll('"', '""')}"`;
    for (const sql of [
      `with ${q} (${q}) as (select ${q}.${q} as ${q} from ${q}.${q} as ${q}) select f(${q} => 1) from ${q}`,
      `select sum(a) over (${q} order by b), sum(a) over ${q} from t window ${q} as (partition by c)`,
      `select a operator(${q}.+) b, c::s.${q}, d collate ${q}, s.${q}(e) from (a join b using (${q}) as ${q}) as ${q}`,
      `insert into ${q} (${q}) values (1) on conflict on constraint ${q} do update set ${q} = excluded.${q}`,
      `prepare ${q} as select 1`,
      `create index ${q} on ${q} (${q} ${q})`,
    ])
      await expectSameAfterReading(sql);
  });

  test.each([
    "select json_value(a, '$.x')",
    "select a from t group by distinct a",
    "select * from xmltable('/x' passing d columns a int) x",
  ])("%s is refused, not written wrong", async (sql) => {
    const node = await treeOf(sql);
    expect(() => deparse(node)).toThrow(AdvisorError);
    expect(() => deparse(node)).toThrow(expect.objectContaining({ code: "SQL_UNPARSABLE" }));
  });

  test("do not change the tree they are given", async () => {
    const node = await treeOf("select (a or b) is null from t");
    const before = structuredClone(node);
    deparse(node);
    expect(node).toEqual(before);
  });
});

/** Operators, tests, casts and special syntax, each operand in parentheses: what the tree means is then beyond doubt. */
function expressions(): fc.Arbitrary<string> {
  const leaf = fc.constantFrom(
    "a",
    "t.b",
    "1",
    "-1",
    "'x'",
    "$1",
    "null",
    "true",
    "f(a)",
    "array[1,2]",
    "(select 1)",
    "row(a,b)",
    "current_date",
    "a::int",
    "-a",
    "'1 day'::interval",
  );
  const binary = "+ - * / % ^ = <> < >= || ->> @> <-> ~ !~* && operator(pg_catalog.+) and or like".split(" ");
  const words = ["not like", "ilike", "similar to", "is distinct from", "is not distinct from", "at time zone"];
  const suffixes = [
    "is null",
    "is not null",
    "is true",
    "is not false",
    "is unknown",
    "is json",
    'collate "C"',
    "::text",
    "::numeric(5,2)",
    "[1]",
    "[1:2]",
    ".f",
    ".*",
  ];
  return fc.letrec<{ e: string }>((tie) => {
    const e = tie("e");
    const shape = (...templates: string[]) =>
      fc
        .tuple(fc.constantFrom(...templates), e, e, e)
        .map(([template, x, y, z]) => template.replace(/[XYZ]/g, (letter) => ({ X: `(${x})`, Y: `(${y})`, Z: `(${z})` })[letter]!));
    return {
      e: fc.oneof(
        { depthSize: "medium", maxDepth: 4 },
        leaf,
        shape(...[...binary, ...words].map((operator) => `(X ${operator} Y)`)),
        shape(...suffixes.map((suffix) => `(X ${suffix})`)),
        shape("(not X)", "(- X)", "(~ X)", "(@ X)"),
        shape(
          "(X between Y and Z)",
          "(X not between symmetric Y and Z)",
          "(X in (Y, Z))",
          "(X = any (Y))",
          "(X < all (Y))",
          "(X in (select Y))",
        ),
        shape(
          "coalesce(X, Y)",
          "nullif(X, Y)",
          "(case X when Y then Z else X end)",
          "((X, Y) = (Z, X))",
          "array[X]",
          "(X[Y])",
          "(X like Y escape '!')",
        ),
        shape(
          "extract(year from X)",
          "substring(X from 1 for 2)",
          "position('a' in X)",
          "trim(both 'x' from X)",
          "overlay(X placing Y from 1)",
        ),
        shape("sum(X) filter (where Y)", "sum(X) over (partition by Y order by Z desc)", "exists (select X where Y)"),
      ),
    };
  }).e;
}
