import { connectForWriting } from "../src/connect/connect.ts";
import type { MeasuredSize } from "../src/contract/measurer.ts";
import type { SqlSession } from "../src/contract/sql-session.ts";
import { sampledHeap, statedHeap } from "../src/copy/measure-heap.ts";
import { measureSize } from "../src/copy/measure-size.ts";
import { qualified } from "../src/domain/identifier.ts";
import { heapPagesNeeded } from "../src/rule/index.ts";
import { rebuiltPages } from "../src/tune/rebuilt-pages.ts";
import { collect } from "../test/shadow/fidelity.ts";
import { nativePostgres } from "../test/support/native-postgres.ts";

/**
 * What bloated tables and B-trees would take: estimated from statistics, measured as on a copy, and what VACUUM FULL makes of them. As a
 * Markdown table, in pages.
 */
const tables = [
  ["narrow, 3 of 4 rows deleted", "id bigint, a int", "i, i % 977", "", "id % 4 <> 0"],
  ["text of many widths", "id bigint, note text", "i, repeat('x', i % 397)", "", "id % 3 <> 0"],
  [
    "nulls and numerics",
    "id bigint, a numeric, b text, c date",
    "i, case when i % 2 = 0 then i end, case when i % 5 = 0 then 'b' end, date '2026-01-01' + i % 300",
    "",
    "id % 5 <> 0",
  ],
  ["fillfactor 70", "id bigint, note text", "i, repeat('x', 60)", "with (fillfactor = 70)", "id % 4 <> 0"],
  [
    "large values in TOAST",
    "id bigint, doc text",
    "i, (select string_agg(md5(i::text || g), '') from generate_series(1, 120) g where i > 0)",
    "",
    "id % 4 <> 0",
  ],
  ["one block in four emptied", "id bigint, note text", "i, repeat('x', 80)", "", "id / 200 % 4 = 0"],
] as const;
const limits = { timeoutMs: 60_000, enoughMs: 600_000 };

const server = await nativePostgres({ autovacuum: "off" });
if (server === null) throw new Error("no PostgreSQL found: set PLANSMITH_TEST_PG to a folder with initdb");
const session = await connectForWriting({ url: server.url(), statementTimeoutMs: 600_000, lockTimeoutMs: 2_000 });
try {
  for (const [at, [, columns, values, storage, gone]] of tables.entries()) {
    const rows = columns.includes("doc") ? 20_000 : 400_000;
    await session.query(`create table t${at} (${columns}) ${storage}`);
    await session.query(`insert into t${at} select ${values} from generate_series(1, ${rows}) i`);
    await session.query(`create index t${at}_id on t${at} (id)`);
    await session.query(`delete from t${at} where ${gone}`);
    await session.query(`vacuum analyze t${at}`);
  }
  const snapshot = await collect(session);
  console.log(
    "| Table | now | by statistics | blocks written anew | pgstattuple_approx | VACUUM FULL | index now | by its model | built once more | REINDEX |",
  );
  console.log("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
  for (const [at, [name]] of tables.entries()) {
    const relation = { schema: "public", name: `t${at}` };
    const index = { schema: "public", name: `t${at}_id` };
    const table = snapshot.catalog.relations.find((each) => each.name === relation.name)!;
    const own = table.indexes.find((each) => each.name === index.name)!;
    const facts = { bytes: 0, pages: table.currentPages, toastBytes: 0, fillfactor: at === 3 ? 70 : 100, definition: "" };
    const figures = [
      table.currentPages,
      heapPagesNeeded(table),
      pages(await rolledBack(session, () => sampledHeap(session, relation, facts))),
      pages(await rolledBack(session, () => statedHeap(session, relation, facts))),
    ];
    const built = pages(await measureSize(session, { relation, index }, limits));
    const indexNow = await pagesOf(session, index);
    await session.query(`vacuum full ${qualified(relation)}`);
    figures.push(await pagesOf(session, relation), indexNow, rebuiltPages(table, own, server.major), built, await pagesOf(session, index));
    console.log(`| ${name} | ${figures.map((each) => (each === null ? "–" : Math.round(each).toLocaleString("en"))).join(" | ")} |`);
  }
} finally {
  await session.close();
  await server.stop();
}

async function rolledBack<T>(on: SqlSession, work: () => Promise<T>): Promise<T> {
  await on.query("begin");
  try {
    return await work();
  } finally {
    await on.query("rollback");
  }
}

function pages(found: MeasuredSize): number | null {
  return found.kind === "measured" ? found.neededBytes / 8192 : null;
}

async function pagesOf(on: SqlSession, relation: { readonly schema: string; readonly name: string }): Promise<number> {
  const [row] = await on.query<{ pages: number }>("select (pg_relation_size(to_regclass($1)) / 8192)::float8 as pages", [
    qualified(relation),
  ]);
  return row?.pages ?? 0;
}
