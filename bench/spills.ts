import { bootEmbedded, type EmbeddedDatabase } from "../src/embedded/embedded-database.ts";

/**
 * How much memory a sort or hash takes for each byte that it would write to temporary files: what tuning/work-mem-spills
 * multiplies by. Runs each statement in an embedded PostgreSQL with a small and with a large work_mem and reads EXPLAIN ANALYZE.
 * Run: npm run bench:spills
 */
const cases: readonly { readonly name: string; readonly sql: string }[] = [
  { name: "sort, bigint", sql: "select id from rows order by shuffled" },
  { name: "sort, text of 12", sql: "select id, short from rows order by short" },
  { name: "sort, text of 100", sql: "select id, long from rows order by long" },
  { name: "sort, whole row of 140", sql: "select * from rows order by shuffled" },
  { name: "hash join, 140 wide", sql: "select a.id from rows a join rows b on a.shuffled = b.id where b.long <> a.long" },
  { name: "hash aggregate, bigint", sql: "select shuffled, count(*) from rows group by shuffled" },
  { name: "hash aggregate, text of 12", sql: "select short, count(*), max(long) from rows group by short" },
];

interface Found {
  readonly diskKb: number;
  readonly memoryKb: number;
}

async function measure(database: EmbeddedDatabase, sql: string, workMem: string): Promise<Found> {
  await database.run(`set work_mem = '${workMem}'`);
  const plan = JSON.stringify(await database.scalar(`explain (analyze, format json, buffers, timing off) ${sql}`));
  const written = Math.max(0, ...[...plan.matchAll(/"Temp Written Blocks":(\d+)/g)].map(([, blocks]) => Number(blocks)));
  const memory = [...plan.matchAll(/"Sort Space Used":(\d+),"Sort Space Type":"Memory"|"Peak Memory Usage":(\d+)/g)];
  return { diskKb: written * 8, memoryKb: Math.max(0, ...memory.map(([, sort, hash]) => Number(sort ?? hash))) };
}

const database = await bootEmbedded();
try {
  await database.run(
    `create table rows as select i::bigint as id, (i::bigint * 7919 % 200003) as shuffled, left(md5(i::text), 12) as short,
       repeat(md5(i::text), 3) || 'abcd' as long from generate_series(1, 200000) i`,
  );
  await database.run("analyze rows; set max_parallel_workers_per_gather = 0; set enable_mergejoin = off; set enable_sort = on");
  process.stdout.write("statement                     temp written  memory needed  ratio\n");
  for (const { name, sql } of cases) {
    if (name.startsWith("hash aggregate")) await database.run("set enable_sort = off");
    const { diskKb } = await measure(database, sql, "1MB");
    const { memoryKb } = await measure(database, sql, "1GB");
    const ratio = diskKb === 0 ? "-" : (memoryKb / diskKb).toFixed(2);
    process.stdout.write(`${name.padEnd(28)} ${`${diskKb} kB`.padStart(13)} ${`${memoryKb} kB`.padStart(14)}  ${ratio.padStart(5)}\n`);
  }
} finally {
  await database.close();
}
