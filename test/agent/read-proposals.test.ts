import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { relationsOf } from "../../src/agent/evidence.ts";
import { type IndexProposal, proposalsShape } from "../../src/agent/proposal-shape.ts";
import { readIndex } from "../../src/agent/read-index.ts";
import { readRewrite } from "../../src/agent/read-rewrite.ts";
import { readStatistics } from "../../src/agent/read-statistics.ts";
import { createIndexSql } from "../../src/domain/index-sql.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import type { QueryFamily } from "../../src/domain/workload.ts";
import { asData } from "../../src/explain/as-data.ts";
import { type CatalogView, catalogView } from "../../src/rule/catalog-view.ts";
import { literalsBehind } from "../../src/syntax/literals-behind.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { tagOf, walk } from "../../src/syntax/tree.ts";
import { familyOf, shopSnapshot } from "./shop.ts";

let parser: SqlParser;
let snapshot: Snapshot;
let catalog: CatalogView;
let family: QueryFamily;
const names = { searchPath: ["public"], viewTrees: new Map() };

beforeAll(async () => {
  parser = await openParser();
  snapshot = await shopSnapshot(parser);
  catalog = catalogView(snapshot.catalog);
  family = await familyOf("SELECT id, total FROM orders WHERE customer_id = $1 ORDER BY created_at DESC LIMIT 10", snapshot, parser);
});
afterAll(() => parser.close());

const around = () => ({ catalog, parser, relations: relationsOf(family, catalog) });
const index = (changes: Partial<IndexProposal>): IndexProposal => ({
  kind: "index",
  table: "public.orders",
  method: "btree",
  keys: ["customer_id"],
  include: [],
  where: null,
  ...changes,
});
const ddl = async (changes: Partial<IndexProposal>) => {
  const read = await readIndex(index(changes), around());
  return "kind" in read ? `${read.because}: ${read.why}` : createIndexSql(read);
};

describe("an index in a model's words", () => {
  test.each<[Partial<IndexProposal>, string]>([
    [{ keys: ["customer_id", "created_at DESC"] }, "CREATE INDEX ON public.orders (customer_id, created_at DESC)"],
    [{ table: "orders", keys: ['"status"'] }, "CREATE INDEX ON public.orders (status)"],
    [{ table: '"public"."orders"', keys: ["created_at desc nulls last"] }, "CREATE INDEX ON public.orders (created_at DESC NULLS LAST)"],
    [{ keys: ["payload ->> 'sku'"] }, "CREATE INDEX ON public.orders ((payload ->> 'sku'))"],
    [{ keys: ["lower(status)"] }, "CREATE INDEX ON public.orders ((lower(status)))"],
    [{ keys: ["(payload ->> 'sku')"] }, "CREATE INDEX ON public.orders ((payload ->> 'sku'))"],
    [{ method: "gin", keys: ["payload jsonb_path_ops"] }, "CREATE INDEX ON public.orders USING gin (payload jsonb_path_ops)"],
    [{ method: "gin", keys: ["tags array_ops"] }, "CREATE INDEX ON public.orders USING gin (tags)"],
    [{ keys: ["customer_id int8_ops"] }, "CREATE INDEX ON public.orders (customer_id)"],
    [{ keys: ["status text_pattern_ops"] }, "CREATE INDEX ON public.orders (status text_pattern_ops)"],
    [{ method: "brin", keys: ["created_at"] }, "CREATE INDEX ON public.orders USING brin (created_at)"],
    [{ where: "status = 'failed'" }, "CREATE INDEX ON public.orders (customer_id) WHERE status = 'failed'"],
    [
      { where: "(status = 'failed' or total > 5) and feeling = 'sad'::mood" },
      "CREATE INDEX ON public.orders (customer_id) WHERE (status = 'failed' OR total > 5) AND feeling = CAST('sad' AS mood)",
    ],
    [{ include: ["total", "id", "total"] }, "CREATE INDEX ON public.orders (customer_id) INCLUDE (id, total)"],
    [{ where: " " }, "CREATE INDEX ON public.orders (customer_id)"],
  ])("%j is %s", async (changes, expected) => expect(await ddl(changes)).toBe(expected));

  test.each<[Partial<IndexProposal>, string]>([
    [{ table: "public.users" }, "unknown-name"],
    [{ table: "nothing" }, "unknown-name"],
    [{ keys: ["nothing"] }, "unknown-name"],
    [{ include: ["nothing"] }, "unknown-name"],
    [{ keys: ["random()"] }, "unsafe"],
    [{ keys: ["date(created_at)"] }, "unsafe"],
    [{ keys: ["created_at::date"] }, "unsafe"],
    [{ keys: ["pay_out(id)"] }, "unsafe"],
    [{ keys: ["(select 1)"] }, "unsafe"],
    [{ keys: ["status::checked_text"] }, "unsafe"],
    [{ keys: ["customer_id, status"] }, "unreadable"],
    [{ keys: [""] }, "unreadable"],
    [{ keys: ["customer_id -- "] }, "CREATE"],
    [{ where: "status = $1" }, "unsafe"],
    [{ where: "true" }, "unsafe"],
    [{ where: "1 = 1" }, "unsafe"],
    [{ where: "status" }, "CREATE"],
  ])("%j is refused as %s", async (changes, because) => expect(await ddl(changes)).toMatch(new RegExp(`^${because}`)));

  test("whose extension is known names it", async () => {
    expect(await readIndex(index({ method: "gin", keys: ["status gin_trgm_ops", "customer_id"] }), around())).toMatchObject({
      extension: "btree_gin",
      otherExtensions: ["pg_trgm"],
    });
  });

  test("is one index on that table, or refused, whatever its fields say", async () => {
    const pieces = [
      "customer_id",
      "lower(",
      "status",
      ")",
      " ",
      "(",
      "'x'",
      "--",
      "/*",
      ";",
      "drop table orders",
      "$1",
      "select 1",
      '"',
      "::text",
      "now()",
      "where",
      "include",
      "desc",
      "pay_out(id)",
      "\u0000",
      "𝒳",
    ];
    const text = fc
      .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 4 })), { maxLength: 6 })
      .map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { minLength: 1, maxLength: 3 }),
        fc.option(text),
        fc.array(text, { maxLength: 2 }),
        async (keys, where, include) => {
          const read = await readIndex(index({ keys, where, include }), around());
          if (!("kind" in read)) await expectPlainIndex(createIndexSql(read), keys.length);
        },
      ),
      { numRuns: 400, seed: 7 },
    );
  });
});

/** One CREATE INDEX on orders of so many keys, with nothing in it that runs anything of anybody's. */
async function expectPlainIndex(sql: string, keys: number): Promise<void> {
  const parsed = await parser.parse(sql);
  expect(parsed.kind === "parsed" && parsed.statements.length, sql).toBe(1);
  if (parsed.kind !== "parsed") return;
  const { node } = parsed.statements[0]!;
  expect("IndexStmt" in node && { table: node.IndexStmt.relation?.relname, keys: node.IndexStmt.indexParams?.length }, sql).toEqual({
    table: "orders",
    keys,
  });
  walk(node, (each) => {
    expect(["SubLink", "ParamRef", "SelectStmt", "RangeSubselect"], sql).not.toContain(tagOf(each));
    if ("FuncCall" in each) expect(JSON.stringify(each.FuncCall.funcname), sql).not.toMatch(/pay_out|pg_|random|nextval|set_config/);
    return undefined;
  });
}

interface Injection {
  readonly place: string;
  readonly says: string;
  readonly obeys: unknown;
}
const injections = readFileSync(join(import.meta.dirname, "injections.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Injection);

describe("a model that obeys what a statement tells it", () => {
  test("is tried with sixty attempts from four places", () => {
    expect(injections.length).toBeGreaterThanOrEqual(60);
    expect(new Set(injections.map(({ place }) => place)).size).toBe(4);
  });

  test.each(injections.map((each) => [each.says, each.obeys] as const))("%s", async (_, obeys) => {
    const answer = proposalsShape.safeParse(obeys);
    for (const proposal of answer.success ? answer.data.proposals : []) {
      const read =
        proposal.kind === "index"
          ? await readIndex(proposal, around())
          : proposal.kind === "rewrite"
            ? await readRewrite(proposal.sql, family, { catalog, parser, names })
            : await readStatistics(proposal, around());
      expect(read).toMatchObject({ kind: "refused", because: expect.stringMatching(/^(unsafe|unknown-name|unreadable)$/) });
      if ("kind" in read) expect(read.why).toMatch(/^[\w $(),'"+>-]+$/);
    }
  });
});

describe("a rewrite in a model's words", () => {
  const rewrite = async (sql: string, of = family) => {
    const read = await readRewrite(sql, of, { catalog, parser, names });
    return "kind" in read ? `${read.because}: ${read.why}` : read.sql;
  };

  test("over the same tables with the same parameters is taken as it stands", async () => {
    const sql = "SELECT id, total FROM (SELECT * FROM orders WHERE customer_id = $1) AS o ORDER BY created_at DESC LIMIT $2";
    const own = await familyOf("select id, total from orders where customer_id = $1 order by created_at desc limit $2", snapshot, parser);
    expect(await rewrite(sql, own)).toBe(sql);
  });

  test("gets the statement's own literals back where the model was shown parameters", async () => {
    const own = await familyOf("select id from orders where status = 'failed' and total > -5 -- it's old", snapshot, parser);
    expect(await rewrite("SELECT id FROM orders WHERE total > $2 AND status = $1", own)).toBe(
      "SELECT id FROM orders WHERE total > -5 AND status = 'failed'",
    );
  });

  test.each([
    ["SELECT id, total FROM orders WHERE customer_id = $1 ORDER BY created_at DESC LIMIT 10", "known-already"],
    ["select o.id from orders o, users u where o.customer_id = $1", "unsafe"],
    ["select id from orders where nothing = $1", "unknown-name"],
    ["select id, total from orders where customer_id = $3", "unreadable"],
    ["", "unreadable"],
  ])("%s is refused as %s", async (sql, because) => expect(await rewrite(sql)).toMatch(new RegExp(`^${because}:`)));
});

describe("literals behind a normalised text", () => {
  test("are found by their place", () => {
    const sql = "select 1.5, E'a\\'b', -7, $$x$$ from t where a = $1 and b = 'it''s'";
    expect(literalsBehind(sql, "select $2, $3, $4, $5 from t where a = $1 and b = $6")).toEqual(
      new Map([
        [2, "1.5"],
        [3, "E'a\\'b'"],
        [4, "-7"],
        [5, "$$x$$"],
        [6, "'it''s'"],
      ]),
    );
  });
  test("are not guessed when the texts do not go together", () => expect(literalsBehind("select 1 from t", "select $1 from u")).toBeNull());
});

describe("data in a prompt", () => {
  test("is the same data to whoever reads JSON, and holds no mark of a chat template", () => {
    fc.assert(
      fc.property(
        fc.record({
          statement: fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("<|im_end|>", "[/INST] [INST]", "</s><s>", "<<SYS>>")),
        }),
        (evidence) => {
          const text = asData(evidence);
          expect(JSON.parse(text)).toEqual(evidence);
          expect(text).not.toMatch(/<\||\[\/?INST|<\/?s>|<<|[\p{Cc}\p{Cf}]/u);
        },
      ),
    );
  });
});
