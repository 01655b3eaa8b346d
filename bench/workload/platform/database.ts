/**
 * A support-and-commerce platform with many tenants: tables, rows and the indexes that its makers gave it (keys, and two that came later).
 * Power laws, skewed states, soft deletes, a queue, time series in order of time, documents, texts, ranges, points, networks,
 * a table partitioned by month. About 0.5 GB at scale 1. Deterministic but for the sample that ANALYZE draws.
 */
export const extensions = ["pg_trgm", "btree_gin", "btree_gist", "citext", "ltree"];

/** A word of 8,000, some of them everywhere. */
const word = "substr(md5(floor(power(random(), 3) * 8000)::text), 1, 4 + floor(random() * 5)::int)";
/** Of `n` things a few take most: 0 … n − 1. */
const skewed = (n: number, power = 2) => `floor(power(random(), ${power}) * ${n})::int`;
const pick = (...values: readonly string[]) => `(array['${values.join("','")}'])[1 + floor(random() * ${values.length})::int]`;

/** Statements that make it, one by one. */
export function buildPlatform(scale: number): readonly string[] {
  const n = (rows: number) => Math.round(rows * scale);
  return [
    "select setseed(0.42)",
    "create table tenants (id int primary key, name text not null, plan text not null, created_at timestamptz not null)",
    `insert into tenants select i, initcap(${word}) || ' ' || i, ${pick("free", "free", "team", "enterprise")}, timestamptz '2019-01-01' + i * interval '20 hours' from generate_series(1, 2000) i`,
    `create table users (id int primary key, tenant_id int not null, email text not null, handle citext not null, full_name text not null, country text not null, created_at timestamptz not null,
       deleted_at timestamptz, is_admin boolean not null, last_login timestamptz, settings jsonb not null)`,
    `insert into users select i, 1 + ${skewed(2000)}, ${pick("Jo", "an", "mia", "Li", "sam")} || i || '@' || ${pick("mail.test", "corp.test", "post.test")}, 'h' || md5(i::text), initcap(${word}) || ' ' || initcap(${word}),
       (array['US','US','US','DE','DE','FR','PL','JP','IS','MT'])[1 + ${skewed(10)}], timestamptz '2019-01-01' + i * interval '18 minutes' / ${scale},
       case when random() < 0.3 then timestamptz '2025-01-01' - random() * interval '700 days' end, random() < 0.004, case when random() < 0.8 then timestamptz '2026-01-01' - power(random(), 3) * interval '900 days' end,
       jsonb_build_object('locale', (array['en','de','fr','pl','ja'])[1 + ${skewed(5)}], 'theme', ${pick("dark", "light")}, 'quota', ${skewed(5000, 3)})
     from generate_series(1, ${n(150_000)}) i`,
    `create table tickets (id int primary key, tenant_id int not null, assignee_id int, reporter_id int not null, status text not null, priority smallint not null, title text not null, created_at timestamptz not null,
       updated_at timestamptz not null, due_at timestamptz, closed_at timestamptz, tags text[] not null, custom jsonb not null)`,
    `insert into tickets select i, 1 + ${skewed(2000)}, case when random() < 0.85 then 1 + ${skewed(n(20_000))} end, 1 + floor(random() * ${n(150_000)})::int,
       case when r < 0.93 then 'closed' when r < 0.97 then 'open' when r < 0.99 then 'pending' when r < 0.998 then 'waiting' else 'escalated' end, ${skewed(5)}, (select string_agg(${word}, ' ') from generate_series(1, 4 + i % 4)),
       made, made + random() * random() * interval '60 days', case when r > 0.93 or random() < 0.2 then made + random() * interval '90 days' end, case when r < 0.93 then made + random() * interval '40 days' end,
       array(select 'tag' || ${skewed(400)} + 0 * i from generate_series(1, i % 4)), jsonb_build_object('source', ${pick("mail", "web", "phone", "api")}, 'sla', ${skewed(20)}, 'ref', 'R' || i % ${n(40_000)}, 'vip', random() < 0.01)
     from (select i, random() r, timestamptz '2022-01-01' + i * interval '7 minutes' / ${scale} + random() * interval '3 hours' made from generate_series(1, ${n(250_000)}) i) s`,
    "create table comments (id bigint primary key, ticket_id int not null references tickets, author_id int not null references users, body text not null, created_at timestamptz not null, hidden boolean not null)",
    `insert into comments select i, 1 + floor(random() * ${n(250_000)})::int, 1 + ${skewed(n(150_000))}, (select string_agg(${word}, ' ') from generate_series(1, 8 + (i % 17)::int)), timestamptz '2022-01-01' + i * interval '4 minutes' / ${scale}, random() < 0.02
     from generate_series(1, ${n(400_000)}) i`,
    `create table articles (id int primary key, tenant_id int not null, slug text not null, title text not null, body text not null, search tsvector not null, published boolean not null, published_at timestamptz, views int not null, path ltree not null)`,
    `insert into articles select i, 1 + ${skewed(2000)}, replace(title, ' ', '-') || '-' || i, title, body, to_tsvector('simple', title || ' ' || body), random() < 0.9, timestamptz '2020-01-01' + i * interval '60 minutes' / ${scale}, ${skewed(100_000, 6)},
       ('root.c' || ${skewed(12)} || '.s' || ${skewed(60)} || '.p' || i % 500)::ltree
     from (select i, (select string_agg(${word}, ' ') from generate_series(1, 4 + i % 3)) title, (select string_agg(${word}, ' ') from generate_series(1, 30 + i % 60)) body from generate_series(1, ${n(40_000)}) i) s`,
    `create table jobs (id bigint primary key, queue text not null, state text not null, run_at timestamptz not null, locked_at timestamptz, finished_at timestamptz, attempts smallint not null, payload jsonb not null)`,
    `insert into jobs select i, ${pick("mail", "mail", "mail", "export", "import", "billing")}, case when r < 0.985 then 'done' when r < 0.993 then 'failed' when r < 0.999 then 'ready' else 'running' end, at,
       case when r >= 0.999 then at end, case when r < 0.993 then at + random() * interval '3 hours' end, ${skewed(6, 4)}, jsonb_build_object('user', ${skewed(n(150_000))}, 'kind', 'k' || i % 40)
     from (select i, random() r, timestamptz '2025-01-01' + i * interval '2 minutes' / ${scale} as at from generate_series(1, ${n(250_000)}) i) s`,
    "create table measurements (at timestamptz not null, device_id int not null, metric smallint not null, value float8 not null)",
    `insert into measurements select timestamptz '2025-01-01' + i * interval '20 seconds' / ${scale}, 1 + ${skewed(n(8000))}, i % 6, random() * 100 from generate_series(1, ${n(1_200_000)}) i`,
    "create table devices (id int primary key, tenant_id int not null, serial text not null, address inet not null, position point not null, coverage box not null, firmware text not null, online boolean not null, last_seen timestamptz not null, certificate text not null)",
    `insert into devices select i, 1 + ${skewed(2000)}, 'SN-' || ${pick("AX", "BX", "CX")} || lpad(i::text, 7, '0'), ('10.' || ${skewed(60)} || '.' || floor(random() * 250)::int || '.' || i % 250)::inet, point(x, y), box(point(x, y), point(x + random() * 2, y + random() * 2)),
       '3.' || ${skewed(20)} || '.' || i % 9, random() < 0.97, timestamptz '2026-01-01' - power(random(), 4) * interval '300 days', md5(i::text) || md5((i + 1)::text) || md5((i + 2)::text) || md5((i + 3)::text)
     from (select i, 500 + 150 * (random() + random() - random()) x, 300 + random() * 400 y from generate_series(1, ${n(60_000)}) i) s`,
    "create table bookings (id int primary key, room_id int not null, guest_id int not null, during tstzrange not null, seats int4range not null, cancelled boolean not null, price numeric(10,2) not null)",
    `insert into bookings select i, 1 + ${skewed(800)}, 1 + ${skewed(n(150_000))}, tstzrange(t, t + random() * interval '5 days'), int4range(a, a + 1 + ${skewed(30)}), random() < 0.1, round((random() * 900)::numeric, 2)
     from (select i, timestamptz '2024-01-01' + i * interval '6 minutes' / ${scale} + random() * interval '20 days' t, floor(random() * 900)::int a from generate_series(1, ${n(120_000)}) i) s`,
    "create table products (id int primary key, sku text not null, name text not null, description text not null, attrs jsonb not null, labels int[] not null, price numeric(10,2) not null, stock int not null, brand text)",
    `insert into products select i, ${pick("EL", "HO", "GA", "TO")} || '-' || lpad(i::text, 6, '0'), initcap(${word}) || ' ' || ${word} || ' ' || ${word}, (select string_agg(${word}, ' ') from generate_series(1, 12 + i % 20)),
       jsonb_build_object('color', (array['black','white','red','blue','teal','ochre'])[1 + ${skewed(6)}], 'weight', ${skewed(3000)}, 'vendor', jsonb_build_object('id', ${skewed(600)}, 'country', (array['CN','DE','US','IT'])[1 + ${skewed(4)}]), 'certs', jsonb_build_array('c' || ${skewed(30)}, 'c' || ${skewed(30, 1)})),
       array(select ${skewed(1500)} + 0 * i from generate_series(1, 1 + i % 6)), round((exp(random() * 8))::numeric, 2), ${skewed(500, 4)}, case when random() < 0.6 then 'brand' || ${skewed(900)} end
     from generate_series(1, ${n(60_000)}) i`,
    "create table invoices (id int primary key, tenant_id int not null references tenants, number text not null, issued_on date not null, due_on date not null, paid_at timestamptz, total numeric(12,2) not null, currency text not null)",
    `insert into invoices select i, 1 + ${skewed(2000)}, 'INV-' || to_char(day, 'YYYY') || '-' || lpad(i::text, 7, '0'), day, day + 30, case when random() < 0.97 then day + random() * interval '40 days' end, round((exp(random() * 9))::numeric, 2), (array['EUR','USD','GBP','ISK'])[1 + ${skewed(4, 3)}]
     from (select i, date '2020-01-01' + (i * 2100.0 / ${n(160_000)})::int as day from generate_series(1, ${n(160_000)}) i) s`,
    "create table invoice_lines (id int primary key, invoice_id int not null references invoices, product_id int not null references products, quantity int not null, amount numeric(12,2) not null)",
    `insert into invoice_lines select i, 1 + floor(random() * ${n(160_000)})::int, 1 + ${skewed(n(60_000))}, 1 + ${skewed(9)}, round((random() * 500)::numeric, 2) from generate_series(1, ${n(500_000)}) i`,
    "create table sessions (token text not null, user_id int not null, expires_at timestamptz not null, agent text not null)",
    `insert into sessions select md5(i::text) || md5((i * 7)::text), 1 + ${skewed(n(150_000))}, timestamptz '2026-01-01' + random() * interval '60 days', 'agent/' || ${skewed(50)} from generate_series(1, ${n(150_000)}) i`,
    "create table requests (at timestamptz not null, tenant_id int not null, user_id int, client inet not null, path text not null, status smallint not null, duration_ms int not null) partition by range (at)",
    ...[1, 2, 3, 4, 5, 6].map(
      (month) =>
        `create table requests_2025_0${month} partition of requests for values from ('2025-0${month}-01') to ('2025-0${month + 1}-01')`,
    ),
    `insert into requests select at, 1 + ${skewed(2000)}, case when random() < 0.7 then 1 + ${skewed(n(150_000))} end, ('172.' || 16 + ${skewed(16)} || '.' || floor(random() * 250)::int || '.' || i % 250)::inet, '/' || ${pick("api", "app", "files", "hooks")} || '/' || ${word},
       (array[200,200,200,200,204,301,404,404,500,503])[1 + ${skewed(10, 3)}], exp(random() * 9)::int
     from (select i, timestamptz '2025-01-01' + i * interval '25 seconds' / ${scale} as at from generate_series(1, ${n(600_000)}) i) s where at < '2025-07-01'`,
    "create index tickets_tenant on tickets (tenant_id)",
    "create index measurements_device on measurements (device_id)",
  ];
}
