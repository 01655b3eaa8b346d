import { once } from "node:events";
import { createWriteStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readWorkload } from "../src/logs/logged-source.ts";

/**
 * Speed and memory of reading a long log.
 *   npm run bench:logs -- [GIGABYTES]
 * Writes one of each format (text with parameters, csvlog, jsonlog with plans) of that size (default 1), one after another, and reads it.
 * Every twentieth statement has a text of its own, as an application that writes lists of values makes them.
 */
const gigabytes = Number(process.argv[2] ?? 1);
const folder = mkdtempSync(join(tmpdir(), "plansmith-bench-logs-"));
const sql = (n: number) =>
  n % 20 === 0
    ? `select * from orders_${n % 40_000} where id in (${Array.from({ length: n % 7 }, (_, at) => n + at).join(", ") || "1"})`
    : `select o.id, o.total, c.name from orders o join customers c on c.id = o.customer_id where o.customer_id = $1 and o.placed_at > $2 order by o.placed_at desc limit ${n % 50}`;
const values = (n: number) => `$1 = '${(n * 7919) % 100_000}', $2 = '2025-01-${String(1 + (n % 28)).padStart(2, "0")}'`;
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

const formats: Readonly<Record<string, (n: number) => string>> = {
  "server.log": (n) =>
    `2025-03-01 10:00:00.${n % 1000} UTC [${n % 300}] app@shop LOG:  duration: ${n % 997}.123 ms  execute <unnamed>: ${sql(n).replace(" where", "\n\twhere")}\n` +
    `2025-03-01 10:00:00.${n % 1000} UTC [${n % 300}] app@shop DETAIL:  Parameters: ${values(n)}\n` +
    (n % 3 === 0
      ? `2025-03-01 10:00:00.${n % 1000} UTC [${n % 300}] app@shop LOG:  connection received: host=10.0.0.${n % 250} port=5${n % 9999}\n`
      : ""),
  "server.csv": (n) =>
    `2025-03-01 10:00:00.123 UTC,"app","shop",${n % 300},"10.0.0.7:5555",65c.1,${n},"SELECT",2025-03-01 09:00:00 UTC,3/11,0,LOG,00000,${quoted(`duration: ${n % 997}.123 ms  execute <unnamed>: ${sql(n).replace(" where", "\nwhere")}`)},${quoted(`parameters: ${values(n)}`)},,,,,,,,"app","client backend",,0\n`,
  "server.json": (n) =>
    `${JSON.stringify({ timestamp: "2025-03-01 10:00:00.123 UTC", user: "app", dbname: "shop", pid: n % 300, error_severity: "LOG", message: `duration: ${n % 997}.123 ms  plan:\n${JSON.stringify({ "Query Text": sql(n), "Query Parameters": values(n), Plan: { "Node Type": "Index Scan", "Relation Name": "orders", "Startup Cost": 0.4, "Total Cost": 8.4, "Plan Rows": 1, "Actual Rows": n % 100, "Actual Loops": 1 } })}` })}\n`,
};

try {
  for (const [name, line] of Object.entries(formats)) {
    const path = join(folder, name);
    await write(path, line, gigabytes * 2 ** 30);
    globalThis.gc?.();
    const bytes = statSync(path).size;
    let peak = 0;
    const started = performance.now();
    const cpu = process.cpuUsage();
    const result = await readWorkload(path, "shop", () => {
      peak = Math.max(peak, process.memoryUsage().rss);
    });
    const seconds = (performance.now() - started) / 1000;
    const used = process.cpuUsage(cpu);
    console.log(
      `${name}: ${(bytes / 2 ** 30).toFixed(2)} GiB in ${seconds.toFixed(1)} s (${(bytes / 2 ** 20 / seconds).toFixed(0)} MiB/s, ${((used.user + used.system) / 1e6).toFixed(1)} s of processor), peak ${(peak / 2 ** 20).toFixed(0)} MiB; ` +
        `${result.statements.length} statements kept, ${result.statements.reduce((sum, each) => sum + each.calls, 0)} executions, ${result.droppedCalls} dropped`,
    );
    rmSync(path);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function write(path: string, line: (n: number) => string, bytes: number): Promise<void> {
  const stream = createWriteStream(path, { highWaterMark: 1 << 22 });
  let written = 0;
  for (let n = 0; written < bytes; ) {
    let batch = "";
    while (batch.length < 1 << 20) batch += line(n++);
    written += Buffer.byteLength(batch);
    if (!stream.write(batch)) await once(stream, "drain");
  }
  stream.end();
  await once(stream, "finish");
}
