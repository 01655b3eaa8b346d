/**
 * A utility with meters in the field: sensors and their readings, alarms, sites on a map, customers in a tree of regions, a vehicle pool
 * whose bookings exclude one another, price lists that hold for days and amounts, German documents, an audit log partitioned by hash, threads.
 * About 250 MB at scale 1. Deterministic but for the sample that ANALYZE draws.
 */
export const extensions = ["pg_trgm", "btree_gist", "citext", "ltree", "hstore"];

const skewed = (n: number, power = 2) => `floor(power(random(), ${power}) * ${n})::int`;
const pick = (...values: readonly string[]) => `(array['${values.join("','")}'])[1 + floor(random() * ${values.length})::int]`;
/** Common German words, then some that are rare. */
const words =
  "Pumpe Wartung Zähler Leitung Druck Anlage Prüfung Störung Heizung Wasser Strom Messung Bericht Protokoll Netz Kunde Rechnung".split(" ");
const germanWord = `case when random() < 0.9 then (array['${words.join("','")}'])[1 + ${skewed(words.length)}] else 'Teil' || ${skewed(3000)} + 0 * g end`;

/** Statements that make it, one by one. */
export function buildUtility(scale: number): readonly string[] {
  const n = (rows: number) => Math.round(rows * scale);
  return [
    "select setseed(0.17)",
    "create type severity as enum ('info', 'warning', 'major', 'critical')",
    "create type capability as enum ('water', 'gas', 'heat', 'power', 'remote', 'valve', 'leak')",
    "create table accounts (id uuid primary key, org_id int not null, email citext not null, region ltree not null, created_at timestamptz not null, closed_at timestamptz)",
    `insert into accounts select md5(i::text)::uuid, 1 + ${skewed(600)}, 'u' || i || '@' || ${pick("Haus.test", "werk.test")}, ('eu.' || ${pick("de", "at", "ch")} || '.r' || ${skewed(30)} || '.m' || ${skewed(200)})::ltree,
       timestamptz '2018-01-01' + i * interval '70 minutes' / ${scale}, case when random() < 0.25 then timestamptz '2025-01-01' - random() * interval '900 days' end from generate_series(1, ${n(50_000)}) i`,
    "create table api_keys (id int primary key, account_id uuid not null references accounts, secret_hash bytea not null, last_used date)",
    `insert into api_keys select i, md5((1 + ${skewed(n(50_000))} + 0 * i)::text)::uuid, sha256(i::text::bytea), case when random() < 0.6 then date '2025-12-31' - ${skewed(700)} end from generate_series(1, ${n(40_000)}) i`,
    "create table sites (id int primary key, account_id uuid not null references accounts, name varchar(80) not null, postcode text not null, location point not null)",
    `insert into sites select i, md5((1 + ${skewed(n(50_000))} + 0 * i)::text)::uuid, ${pick("Werk", "Lager", "Halle", "Hof")} || ' ' || substr(md5(i::text), 1, 6), lpad((1000 + ${skewed(90_000)})::text, 5, '0'), point(6 + random() * 9, 47 + random() * 8) from generate_series(1, ${n(30_000)}) i`,
    "create table sensors (id int primary key, site_id int not null references sites, serial text not null, caps capability[] not null, config hstore not null, installed daterange not null, firmware int[] not null, battery smallint)",
    `insert into sensors select i, 1 + floor(random() * ${n(30_000)})::int, 'zx-' || lpad(i::text, 7, '0'),
       array(select (array['water','water','power','power','heat','gas','remote','valve','leak'])[1 + ${skewed(9, 3)} + 0 * i] from generate_series(1, 1 + i % 3))::capability[],
       hstore(array['mode', ${pick("auto", "auto", "auto", "eco")}, 'unit', ${pick("m3", "kwh")}]) || case when random() < 0.01 then hstore('override', 'u' || i % 50) else '' end,
       daterange(d, case when random() < 0.2 then d + 200 + floor(random() * 900)::int end), array[${skewed(12)}, ${skewed(12)} + 20], case when random() < 0.7 then ${skewed(100, 0.4)} end
     from (select i, date '2017-01-01' + floor(random() * 2900)::int d from generate_series(1, ${n(60_000)}) i) s`,
    "create table readings (sensor_id int not null, at timestamptz not null, value real not null, quality smallint not null)",
    `insert into readings select 1 + ${skewed(n(60_000))}, timestamptz '2025-06-01' + i * interval '15 seconds' / ${scale}, random() * 500, case when random() < 0.995 then 0 else 1 + i % 3 end from generate_series(1, ${n(900_000)}) i`,
    "create table alarms (id int primary key, sensor_id int not null references sensors, level severity not null, raised_at timestamptz not null, ack_at timestamptz, cleared_at timestamptz, message text not null, details json not null)",
    `insert into alarms select i, 1 + ${skewed(n(60_000))}, case when r < 0.7 then 'info' when r < 0.93 then 'warning' when r < 0.99 then 'major' else 'critical' end::severity, made,
       case when random() < 0.96 then made + random() * interval '3 days' end, case when random() < 0.97 then made + random() * interval '9 days' end, (select string_agg(${germanWord}, ' ') from generate_series(1, 5 + i % 6) g),
       json_build_object('code', 'E' || ${skewed(400)}, 'line', i % 12) from (select i, random() r, timestamptz '2023-01-01' + i * interval '10 minutes' / ${scale} made from generate_series(1, ${n(150_000)}) i) s`,
    "create table vehicle_bookings (id int primary key, vehicle_id int not null, driver_id int not null, approver_id int, during daterange not null, purpose text not null, exclude using gist (vehicle_id with =, during with &&))",
    `insert into vehicle_bookings select i, 1 + i % 300, 1 + ${skewed(2500)}, case when random() < 0.3 then 1 + ${skewed(200)} end, daterange(date '2015-01-01' + (i / 300) * 25, date '2015-01-01' + (i / 300) * 25 + 1 + i % 20), ${pick("Einsatz", "Schulung", "Transport")} from generate_series(1, ${n(40_000)}) i`,
    "create table prices (id int primary key, product_id int not null, valid daterange not null, amount numrange not null, price numeric(9,4) not null)",
    `insert into prices select i, 1 + i % 900, daterange(date '2016-01-01' + (i / 2700) * 90, date '2016-01-01' + (i / 2700) * 90 + 90), numrange((i / 900 % 3) * 100, (i / 900 % 3) * 100 + 100), round((random() * 4)::numeric, 4) from generate_series(1, ${n(90_000)}) i`,
    "create table documents (id int primary key, account_id uuid, title text not null, body text not null, language regconfig not null, pages int not null)",
    `insert into documents select i, case when random() < 0.5 then md5((1 + ${skewed(n(50_000))} + 0 * i)::text)::uuid end, (select string_agg(${germanWord}, ' ') from generate_series(1, 3 + i % 3) g), (select string_agg(${germanWord}, ' ') from generate_series(1, 40 + i % 90) g), 'german', 1 + ${skewed(80, 3)} from generate_series(1, ${n(25_000)}) i`,
    "create table audit_log (at timestamptz not null, actor uuid not null, entity text not null, entity_id int not null, action text not null, diff jsonb not null) partition by hash (entity_id)",
    ...[0, 1, 2, 3].map((part) => `create table audit_log_${part} partition of audit_log for values with (modulus 4, remainder ${part})`),
    `insert into audit_log select timestamptz '2024-01-01' + i * interval '2 minutes' / ${scale}, md5((1 + ${skewed(n(50_000), 3)} + 0 * i)::text)::uuid, ${pick("sensor", "site", "account", "price")}, 1 + ${skewed(n(60_000))}, ${pick("update", "update", "update", "insert", "delete")},
       case when random() < 0.004 then '{"iban": "changed"}' else jsonb_build_object((array['name','price','owner','state'])[1 + ${skewed(4)}], i % 50) end::jsonb from generate_series(1, ${n(350_000)}) i`,
    "create table sensor_labels (sensor_id int not null references sensors, label_id int not null, primary key (sensor_id, label_id))",
    `insert into sensor_labels select distinct 1 + floor(random() * ${n(60_000)})::int, 1 + ${skewed(1500)} from generate_series(1, ${n(200_000)}) i`,
    "create table posts (id int primary key, parent_id int, author_id int not null, body text not null, posted_at timestamptz not null)",
    `insert into posts select i, case when i > 500 and random() < 0.8 then 1 + floor(random() * (i - 1))::int end, 1 + ${skewed(9000)}, repeat(md5(i::text), 1 + i % 4), timestamptz '2021-01-01' + i * interval '13 minutes' / ${scale} from generate_series(1, ${n(160_000)}) i`,
  ];
}
