import { execFileSync } from "node:child_process";
import type { IndexDefinition } from "../src/domain/candidate.ts";
import type { Column, Relation } from "../src/domain/catalog.ts";
import { createIndexSql } from "../src/domain/index-sql.ts";
import { heapInsertUs, heapUpdateUs, writePrice } from "../src/select/write-price.ts";

/**
 * What indexes cost writes, predicted against measured: an insert-heavy and an update-heavy run over one table with 0, 1, 3
 * and 6 more indexes of different kinds, and each kind alone. Prints the slowdown against no index and the error.
 *   npm run bench:write-cost -- [rows]     needs psql and PG* variables of a server where databases may be made
 */
const rows = Number(process.argv[2] ?? 60_000);
const repeats = 2;
const database = "plansmith_bench_write";
const run = (db: string, sql: string) =>
  execFileSync("psql", ["-XqAt", "-d", db, "-v", "ON_ERROR_STOP=1", "-f", "-"], { encoding: "utf8", input: sql }).trim();

run("postgres", `drop database if exists ${database}`);
run("postgres", `create database ${database}`);
run(database, "create extension pg_trgm");

const relationName = { schema: "public", name: "events" };
const plain = { operatorClass: null, collation: null, descending: false, nullsFirst: false };
const on = (
  accessMethod: IndexDefinition["accessMethod"],
  columns: readonly string[],
  more: Partial<IndexDefinition> = {},
): IndexDefinition => ({
  relation: relationName,
  accessMethod,
  keys: columns.map((column) => ({ ...plain, column, sql: column })),
  include: [],
  predicate: null,
  storage: {},
  extension: null,
  ...more,
});
const kinds: Readonly<Record<string, IndexDefinition>> = {
  "btree (account)": on("btree", ["account"]),
  "btree (account, at)": on("btree", ["account", "at"]),
  "btree (label)": on("btree", ["label"]),
  "btree (kind) include": on("btree", ["kind"], { include: ["amount", "at"] }),
  "gin (tags)": on("gin", ["tags"]),
  "gin (doc)": on("gin", ["doc"], { keys: [{ ...plain, column: "doc", sql: "doc", operatorClass: "jsonb_path_ops" }] }),
  "brin (at)": on("brin", ["at"]),
};
const sets: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(Object.keys(kinds).map((name) => [`1: ${name}`, [name]])),
  "3: btree, btree, brin": ["btree (account)", "btree (label)", "brin (at)"],
  "3: btree, gin, brin": ["btree (account, at)", "gin (tags)", "brin (at)"],
  "6: three btree, two gin, brin": ["btree (account)", "btree (label)", "btree (kind) include", "gin (tags)", "gin (doc)", "brin (at)"],
};

const schema = `drop table if exists events;
create unlogged table events (id bigint, account int, kind int, at timestamptz, label text, amount numeric, tags text[], doc jsonb, counter int);
alter table events set (autovacuum_enabled = off)`;
const fill = (
  from: number,
  count: number,
) => `insert into events select i, (i * 7919) % 20000, i % 50, timestamptz '2024-01-01' + i * interval '1 second',
  md5(i::text), (i % 1000) / 7.0, array['t' || i % 90, 'u' || i % 400, 'v' || i % 7], jsonb_build_object('k', i % 300, 'plan', 'p' || i % 5, 'n', i), 0
  from generate_series(${from}, ${from + count - 1}) i`;
/** Processor time of the server's process: the wall clock of a shared machine shows its other users. The rows are made beforehand. */
const timed = (sql: string) =>
  `set log_statement_stats = on; set client_min_messages = log;\n${sql};\nset client_min_messages = notice; set log_statement_stats = off`;

function measure(names: readonly string[]): { insert: number; update: number } {
  const inserts: number[] = [];
  const updates: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const indexes = names.map((name) => `${createIndexSql(kinds[name]!)};`).join("\n");
    const output = execFileSync("bash", ["-c", `psql -XqAt -d ${database} -v ON_ERROR_STOP=1 -f - 2>&1`], {
      encoding: "utf8",
      input: `set synchronous_commit = off; ${schema}; ${fill(1, rows)}; drop table if exists fresh; create unlogged table fresh as select * from events; update fresh set id = id + ${rows};
        ${indexes} vacuum analyze events; vacuum fresh; checkpoint;
        ${timed("insert into events select * from fresh")}; ${timed(`update events set account = account + 1, counter = counter + 1 where id <= ${rows}`)};`,
    });
    const used = [...output.matchAll(/!\s+([\d.]+) s user, ([\d.]+) s system, [\d.]+ s elapsed/g)].map(
      (match) => ((Number(match[1]) + Number(match[2])) * 1e6) / rows,
    );
    const [insert, update] = used.filter((us) => us > 0.2);
    inserts.push(insert!);
    updates.push(update!);
  }
  return { insert: Math.min(...inserts), update: Math.min(...updates) };
}

function column(name: string, baseType: string, category: string, width: number, elements: number | null): Column {
  // Only what the model reads.
  return {
    name,
    baseType,
    category,
    statistics: { averageWidthBytes: width, elementCountHistogram: elements === null ? null : [elements] },
    inheritedStatistics: null,
  } as unknown as Column;
}
const relation = {
  ...relationName,
  rows,
  indexes: [],
  columns: [
    column("account", "int4", "N", 4, null),
    column("kind", "int4", "N", 4, null),
    column("at", "timestamptz", "D", 8, null),
    column("label", "text", "S", 33, null),
    column("tags", "_text", "A", 40, 3),
    column("doc", "jsonb", "U", 50, null),
  ],
} as unknown as Relation;
const priceOf = (name: string) => writePrice(kinds[name]!, relation, { inserted: 1, updated: 0, hotUpdated: 0 }, () => 0);

const base = measure([]);
console.log(
  `no index: insert ${base.insert.toFixed(2)} µs a row, update ${base.update.toFixed(2)} µs a row (model: ${heapInsertUs}, ${heapUpdateUs})`,
);
console.log("set                              insert: measured predicted error    update: measured predicted error");
for (const [name, members] of Object.entries(sets)) {
  const seen = measure(members);
  const extra = {
    insert: members.reduce((sum, member) => sum + priceOf(member).perInsert, 0),
    update: members.reduce((sum, member) => sum + priceOf(member).perUpdate, 0),
  };
  const cells = (["insert", "update"] as const).map((kind) => {
    const bare = kind === "insert" ? heapInsertUs : heapUpdateUs;
    const measured = seen[kind] / base[kind];
    const predicted = (bare + extra[kind]) / bare;
    return `${measured.toFixed(2).padStart(16)} ${predicted.toFixed(2).padStart(9)} ${`${((predicted / measured - 1) * 100).toFixed(0)} %`.padStart(7)}`;
  });
  console.log(`${name.padEnd(32)} ${cells.join("   ")}`);
}
run("postgres", `drop database ${database}`);
