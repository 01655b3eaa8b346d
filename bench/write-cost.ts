import pg from "pg";
import { measureOnce, openTimed, type WriteTimes } from "./write-cost/measure.ts";
import { predictExtra, readWritten } from "./write-cost/predict.ts";
import { events, notes, type WriteShape } from "./write-cost/shapes.ts";

/**
 * What indexes cost writes, predicted against measured: insert-heavy and update-heavy runs in small transactions over two tables with
 * 0, 1, 3 and 6 more indexes of different kinds. Prints the slowdown against the primary key alone, and the error of the prediction,
 * which starts from the measured time without the indexes. The model's constants were fitted to the table `events` alone.
 *   npm run bench:write-cost -- [rows] [repeats]
 * needs PG* variables of a superuser on a server of PostgreSQL 15 or later where databases may be made, with pg_trgm.
 */
const rows = Number(process.argv[2] ?? 40_000);
const repeats = Number(process.argv[3] ?? 2);
const database = "plansmith_bench_write";
/** The target: predicted against measured slowdown. */
const target = 0.3;

const server = new pg.Client({ database: "postgres" });
await server.connect();
await server.query(`drop database if exists ${database}`);
await server.query(`create database ${database}`);
const timed = await openTimed(database);
let [within, cells] = [0, 0];
try {
  await timed.session.query("create extension pg_trgm");
  await timed.session.query("set synchronous_commit = off");
  for (const shape of [events, notes]) await bench(shape);
  console.log(`\n${within} of ${cells} slowdowns predicted within ±${target * 100} %`);
} finally {
  await timed.close();
  await server.query(`drop database if exists ${database}`);
  await server.end();
}

async function bench(shape: WriteShape): Promise<void> {
  const base = await fastest(shape, []);
  console.log(
    `\n${shape.name}, primary key alone: insert ${base.insert.toFixed(2)} µs of processor a row, update ${base.update.toFixed(2)} µs, ${(base.hotShare * 100).toFixed(0)} % HOT`,
  );
  console.log("| indexes | insert measured | predicted | error | update measured | predicted | error |\n|---|---|---|---|---|---|---|");
  const singles = Object.keys(shape.kinds).map((name) => [`1: ${name}`, [name]] as const);
  for (const [name, members] of [...singles, ...Object.entries(shape.sets)]) {
    const seen = await fastest(
      shape,
      members.map((member) => shape.kinds[member]!),
    );
    const extra = predictExtra(await readWritten(database), base.hotShare, (column) => shape.update.includes(`${column} =`));
    const row = (["insert", "update"] as const).flatMap((kind) => {
      const measured = seen[kind] / base[kind];
      const predicted = (base[kind] + extra[kind]) / base[kind];
      const error = predicted / measured - 1;
      cells++;
      if (Math.abs(error) <= target) within++;
      return [measured.toFixed(2), predicted.toFixed(2), `${(error * 100).toFixed(0)} %`];
    });
    console.log(`| ${name} | ${row.join(" | ")} |`);
  }
}

/** Of several runs the least: what disturbs a run only adds. */
async function fastest(shape: WriteShape, indexes: readonly string[]): Promise<WriteTimes> {
  const runs: WriteTimes[] = [];
  for (let run = 0; run < repeats; run++) runs.push(await measureOnce(timed, shape, { rows, indexes }));
  return {
    insert: Math.min(...runs.map(({ insert }) => insert)),
    update: Math.min(...runs.map(({ update }) => update)),
    hotShare: runs[0]!.hotShare,
  };
}
