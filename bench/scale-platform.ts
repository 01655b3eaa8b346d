/** Rows really made in each table: enough for statistics with histograms; the figures in the comments make them large. */
const rowsMade = 1000;
/** Tables that refer to one another. */
const tablesPerModule = 10;

/** A schema of many tables, small in rows and large in stated figures; deterministic. */
export function scaleSchema(tables: number): string {
  return Array.from({ length: tables }, (_, n) => tableOf(n)).join("\n");
}

/** A busy platform's tables: ids, states, money, times, text, jsonb and arrays; half of them index their parent. */
function tableOf(n: number): string {
  const name = nameOf(n);
  const parent = n % tablesPerModule === 0 ? null : nameOf(n - 1);
  const rows = 20_000 * (1 + ((n * 37) % 100));
  return `create table ${name} (
  id bigint primary key, parent_id bigint${parent === null ? "" : ` references ${parent} (id)`}, account_id int not null, state text not null, kind smallint not null,
  email text not null, title text not null, amount numeric(12,2) not null, created_at timestamptz not null, deleted_at timestamptz,
  tags text[] not null, meta jsonb not null, day date not null, counter int not null);
insert into ${name} select i, ${parent === null ? "null" : `1 + (i * 7) % ${rowsMade}`}, (i * 13) % 400, (array['new','open','done','failed'])[1 + (case when i % 50 = 0 then 3 else i % 3 end)],
  i % 12, 'user' || i || '@example.org', 'title ' || md5((i + ${n})::text), (i % 700) / 7.0, timestamptz '2025-01-01' + i * interval '7 hours',
  case when i % 20 <> 0 then null else timestamptz '2025-06-01' end, array['t' || i % 90, 'u' || i % 40],
  jsonb_build_object('plan', 'p' || i % 5, 'k', i % 300), date '2025-01-01' + i % 365, i from generate_series(1, ${rowsMade}) i;
${n % 2 === 0 ? `create index on ${name} (parent_id);` : ""} create index on ${name} (created_at);
-- plansmith: ${name} rows=${rows}`;
}

/** Of letters alone: fingerprints take names that differ in digits for partitions of one table. */
function nameOf(n: number): string {
  const letters = "bcdfghjklmnpqrstvwxz";
  return `tab_${letters[Math.floor(n / 400) % 20]}${letters[Math.floor(n / 20) % 20]}${letters[n % 20]}`;
}

/** Different statements over the tables, ten shapes for each before a table gets an eleventh; calls fall as 1 / rank. */
export function scaleWorkload(tables: number, statements: number): string {
  const texts: string[] = [];
  for (let n = 0; n < statements; n++) {
    // A stride that is prime to the number of tables, so that a few statements spread over all of them.
    const table = (n * 7) % tables;
    const round = Math.floor(n / tables);
    const shape = shapes[(table * 5 + round) % shapes.length]!;
    const first = Math.floor(table / tablesPerModule) * tablesPerModule;
    const child = first + ((table - first + 1) % tablesPerModule);
    const calls = Math.max(1, Math.floor(5_000_000 / (1 + ((n * 2654435761) % 4_294_967_296) / 858_993)));
    texts.push(
      `-- calls: ${calls}, mean_ms: ${(0.1 + ((n * 7919) % 400) / 10).toFixed(1)}\n${shape(nameOf(table), nameOf(child), Math.floor(round / shapes.length))};`,
    );
  }
  return texts.join("\n");
}

/** Columns that make a further statement of the same shape on the same table. */
const extra = ["title", "amount", "day", "counter", "email"];

/** As pg_stat_statements writes them: constants are parameters, but those of states that a program spells out. */
const shapes: readonly ((table: string, child: string, n: number) => string)[] = [
  (t, _, n) => `select id, ${extra[n]} from ${t} where account_id = $1 and state = 'failed' order by created_at desc limit $2`,
  (t, _, n) => `select ${extra[n]} from ${t} where lower(email) = $1`,
  (t, c, n) => `select p.id, c.${extra[n]} from ${t} p join ${c} c on c.parent_id = p.id where p.account_id = $1 and c.kind = $2`,
  (t, _, n) => `select id, ${extra[n]} from ${t} where tags @> $1::text[]`,
  (t, _, n) => `select id, ${extra[n]} from ${t} where meta @> $1::jsonb`,
  (t, _, n) => `select count(*), max(${extra[n]}) from ${t} where created_at >= $1 and created_at < $2 and kind = $3`,
  (t, _, n) => `select id, ${extra[n]} from ${t} where deleted_at is null and state = $1 order by counter desc limit 10`,
  (t, c, n) =>
    `select p.account_id, sum(c.amount), max(c.${extra[n]}) from ${t} p join ${c} c on c.account_id = p.account_id where p.day = $1 and c.day = $2 group by p.account_id`,
  (t, _, n) => `update ${t} set amount = $1 where counter = $2 and ${extra[n]} is not null`,
  (t, _, n) => `select ${extra[n]}, id from ${t} where title ilike $1`,
  (t, c, n) =>
    `select p.id, p.${extra[n]} from ${t} p where p.account_id = $1 and exists (select 1 from ${c} c where c.parent_id = p.id and c.state = $2)`,
  (t, _, n) => `delete from ${t} where created_at < $1 and state = 'done' and ${extra[n]} is not null`,
  (t, _, n) => `select kind, state, count(${extra[n]}) from ${t} where day between $1 and $2 group by kind, state`,
  (t, _, n) => `select id, ${extra[n]} from ${t} where account_id = any ($1) and kind = $2 order by day`,
  (t, _, n) => `select ${extra[n]} from ${t} where meta ->> 'plan' = $1 and account_id = $2`,
  (t, _, n) =>
    `insert into ${t} (id, account_id, state, kind, email, title, amount, created_at, tags, meta, day, counter) select id + $1, account_id, state, kind, email, ${extra[n] === "title" ? "email" : "title"}, amount, created_at, tags, meta, day, counter from ${t} where id = $2 and ${extra[n]} is not null`,
];
