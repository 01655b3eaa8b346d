/** Rows of each table: enough that an index pays, few enough that 200 tables build in a minute. */
const rowsPerTable = 6000;

/** A schema of `tables` tables of 20 columns with 4 indexes each, and a workload of `statements` different statements over them; deterministic. */
export function widePlatform(tables: number, statements: number): { readonly schema: string; readonly workload: string } {
  const schema: string[] = [];
  for (let n = 0; n < tables; n++) {
    const name = `t${n}`;
    schema.push(`create table ${name} (id bigint primary key, parent_id bigint, account_id int not null, status text not null, kind smallint not null,
  name text not null, email text not null, amount numeric(12,2) not null, score double precision, created_at timestamptz not null, updated_at timestamptz,
  deleted_at timestamptz, active boolean not null, tags text[] not null, meta jsonb not null, note text, code varchar(20) not null, ref uuid not null, day date not null, counter int not null);`);
    schema.push(`insert into ${name} select i, (i * 7 + ${n}) % ${rowsPerTable}, (i * 13) % 500, (array['new','open','done','failed'])[1 + (case when i % 50 = 0 then 3 else i % 3 end)], i % 12,
  'name ' || md5((i + ${n})::text), 'User' || i || '@example.org', (i % 1000) / 7.0, random(), timestamptz '2024-01-01' + i * interval '1 minute', null, case when i % 20 = 0 then now() end,
  i % 10 = 0, array['t' || i % 90, 'u' || i % 40], jsonb_build_object('k', i % 300, 'plan', 'p' || i % 5), null, 'C' || i % 3000, md5(i::text)::uuid, date '2024-01-01' + i % 365, i from generate_series(1, ${rowsPerTable}) i;`);
    schema.push(`create index on ${name} (account_id); create index on ${name} (created_at); create index on ${name} (code);`);
  }
  const workload: string[] = [];
  for (let n = 0; n < statements; n++) {
    const shape = shapes[n % shapes.length]!;
    workload.push(`${shape(n % tables, (n * 7 + 3) % tables, Math.floor(n / shapes.length))};`);
  }
  return { schema: schema.join("\n"), workload: workload.join("\n") };
}

/** Statement `n` of a shape differs from the others in its select list, so that each is a statement of its own. */
const columns = ["name", "email", "amount", "score", "note", "code", "ref", "day", "counter", "kind", "updated_at", "active"];
const some = (n: number) =>
  [columns[n % columns.length], columns[(n * 5 + 1) % columns.length]].filter((column, at, all) => all.indexOf(column) === at).join(", ");

const shapes: readonly ((table: number, other: number, n: number) => string)[] = [
  (t, _, n) => `select id, ${some(n)} from t${t} where status = 'failed' and account_id = ${n % 500} order by created_at desc limit 20`,
  (t, _, n) => `select ${some(n)} from t${t} where lower(email) = 'user${n}@example.org'`,
  (t, o, n) =>
    `select a.id, b.${some(n)} from t${t} a join t${o} b on b.parent_id = a.id where a.code = 'C${n % 3000}'`
      .replace("b.", "b.")
      .replace(/, (\w+) from/, ", b.$1 from"),
  (t, _, n) => `select id, ${some(n)} from t${t} where tags @> array['t${n % 90}']`,
  (t, _, n) => `select id, ${some(n)} from t${t} where meta @> '{"k": ${n % 300}}'`,
  (t, _, n) =>
    `select count(*), max(${columns[n % 4 === 3 ? 3 : 2]}) from t${t} where created_at >= '2024-01-0${1 + (n % 4)}' and kind = ${n % 12}`,
  (t, _, n) => `select ${some(n)} from t${t} where ref = md5('${n}')::uuid`,
  (t, _, n) => `select id, ${some(n)} from t${t} where deleted_at is null and active order by counter desc limit 10`,
  (t, o, n) =>
    `select a.account_id, sum(b.amount) from t${t} a join t${o} b on b.account_id = a.account_id where a.day = '2024-02-0${1 + (n % 9)}' and b.status = 'new' group by a.account_id`,
  (t, _, n) => `update t${t} set updated_at = now() where counter = ${n + 1} and ${columns[n % columns.length]} is not null`,
  (t, _, n) => `select ${some(n)} from t${t} where name ilike '%${(n * 31 + 4096).toString(16)}%'`,
  (t, o, n) =>
    `select a.id, a.${columns[n % columns.length]} from t${t} a where exists (select 1 from t${o} b where b.parent_id = a.id and b.kind = ${n % 12}) and a.account_id = ${n % 500}`,
];
