import { type DataSet, on } from "./case.ts";

/** Syllables make names of the length and sharing of real ones. */
const syllable =
  "(array['ba','ler','mon','dis','ka','tor','vel','en','sch','ri','no','gar','pe','lin','os','ta'])[1 + floor(power(random(), 1.5) * 16)::int]";
const name = `initcap(${syllable} || ${syllable} || case when random() < 0.5 then ${syllable} else '' end)`;

/**
 * An online shop with its event log: uuid keys in random order, wide and text-heavy rows, columns mostly NULL, append-only logs,
 * rows deleted and updated since. At scale 1 about 0.35 GB.
 */
export const journal: DataSet = {
  name: "journal",
  extensions: ["pg_trgm", "btree_gist"],
  settings: { work_mem: "32MB", random_page_cost: "1.1", effective_cache_size: "8GB" },
  build: (scale) => {
    const customers = 50_000 * scale;
    const sessions = 120_000 * scale;
    const entries = 300_000 * scale;
    const invoices = 80_000 * scale;
    const customer = `md5('c' || floor(${customers} * power(random(), 2))::int)::uuid`;
    return [
      "select setseed(0.77)",
      `create table customers (id uuid primary key, full_name varchar(120) not null, email varchar(200) not null, phone varchar(30), street text, town text, postcode varchar(12), country char(2) not null,
         vat_id text, newsletter boolean not null, notes text, deleted_at timestamptz, created_at timestamptz not null default now(), extra jsonb)`,
      `insert into customers select md5('c' || i)::uuid, first || ' ' || last, lower(first) || '.' || lower(last) || floor(random() * 99)::int || '@' || (array['gmail.test','yahoo.test','web.test','firm.test'])[1 + floor(power(random(), 2) * 4)::int],
         case when random() < 0.4 then '+49' || floor(1e9 * random())::bigint end, ${name} || ' street ' || floor(random() * 200)::int, town, case when town is not null then lpad((hashtext(town) & 16383)::text, 5, '1') end,
         (array['DE','DE','DE','FR','GB','US','IT','ES','PL','NL','SE','JP'])[1 + floor(power(random(), 1.7) * 12)::int], case when random() < 0.05 then 'DE' || floor(1e8 * random())::int end, random() < 0.3,
         case when random() < 0.06 then repeat('customer asked for ' || ${name} || ' ', 1 + (random() * 12)::int) end, case when random() < 0.02 then timestamptz '2024-06-01' + random() * interval '300 days' end,
         timestamptz '2018-01-01' + random() * interval '2600 days', case when random() < 0.25 then jsonb_build_object('source', (array['ad','search','friend'])[1 + floor(random() * 3)::int], 'ab', floor(random() * 50)::int) end
       from (select i, ${name} as first, ${name} || case when i % 3 = 0 then ${syllable} else '' end as last, case when random() < 0.8 then ${name} || 'burg' end as town from generate_series(0, ${customers} - 1) i) s`,
      `create table sessions (id uuid primary key, customer_id uuid, user_agent text not null, address inet not null, started_at timestamptz not null, ended_at timestamptz, landing text not null, pages int not null, device text)`,
      `insert into sessions select md5('s' || i)::uuid, case when random() < 0.35 then ${customer} end,
         'Mozilla/5.0 (' || (array['X11; Linux x86_64','Windows NT 10.0; Win64; x64','Macintosh; Intel Mac OS X 10_15_7','iPhone; CPU iPhone OS 17_5 like Mac OS X'])[1 + floor(power(random(), 1.4) * 4)::int] || ') AppleWebKit/' || 530 + floor(random() * 9)::int || ' Build/' || floor(power(random(), 3) * 900)::int,
         ((1 + floor(random() * 220)::int) || '.' || floor(random() * 250)::int || '.' || floor(random() * 250)::int || '.' || i % 250)::inet,
         at, case when random() < 0.88 then at + random() * interval '50 minutes' end, '/shop/' || (array['home','sale','item','item','item','cart','help'])[1 + floor(random() * 7)::int] || '/' || floor(power(random(), 3) * 4000)::int, 1 + floor(power(random(), 5) * 80)::int, case when random() < 0.1 then 'tablet-' || floor(random() * 60)::int end
       from (select i, timestamptz '2024-09-01' + i * interval '90 seconds' / ${scale} as at from generate_series(1, ${sessions}) i) s`,
      `create table log_entries (id bigint generated always as identity primary key, at timestamptz not null, level text not null, service text not null, message text not null, context jsonb not null, trace uuid, status int, duration_ms float8, host text not null)`,
      `insert into log_entries (at, level, service, message, context, trace, status, duration_ms, host) select timestamptz '2025-01-01' + i * interval '9 seconds' / ${scale} + random() * interval '20 seconds',
         (array['debug','info','info','info','info','warn','error','fatal'])[1 + floor(power(random(), 1.3) * 8)::int], service, 'request ' || i || ' to ' || service || ' from ' || ${name} || ' took ' || floor(random() * 900)::int || ' ms',
         case when random() < 0.6 then jsonb_build_object('user', floor(power(random(), 2) * 8000)::int, 'route', '/v1/' || service || '/' || floor(power(random(), 2) * 120)::int, 'retry', floor(power(random(), 8) * 4)::int)
           else jsonb_build_object('job', 'job-' || floor(random() * 300)::int, 'queue', service, 'attempt', 1 + floor(power(random(), 4) * 5)::int, 'tags', jsonb_build_array('q' || floor(random() * 9)::int, service)) end,
         case when random() < 0.5 then md5('t' || i / 4)::uuid end, case when random() < 0.6 then (array[200,200,200,200,200,201,301,400,404,500])[1 + floor(power(random(), 1.5) * 10)::int] end, case when random() < 0.6 then exp(random() * 9) end, 'node-' || floor(random() * 24)::int
       from (select i, (array['web','api','billing','search','mail','auth','stock','import'])[1 + floor(power(random(), 2) * 8)::int] service from generate_series(1, ${entries}) i) s`,
      `create table invoices (number text primary key, customer_id uuid not null references customers, issued_on date not null, due_on date not null, paid_at timestamptz, amount numeric(12,2) not null, currency char(3) not null, lines jsonb not null, reminder smallint)`,
      `insert into invoices select 'INV-' || to_char(issued, 'YYYY') || '-' || lpad(i::text, 7, '0'), ${customer}, issued, issued + 14, case when random() < 0.94 then issued + random() * interval '40 days' end, round((3 + exp(random() * 8))::numeric, 2), (array['EUR','EUR','EUR','EUR','USD','GBP'])[1 + floor(random() * 6)::int],
         (select jsonb_agg(jsonb_build_object('sku', 'P' || floor(power(random(), 2) * 3000)::int, 'n', 1 + floor(random() * 4)::int + 0 * line)) from generate_series(1, 1 + (i % 4)::int) line), case when random() < 0.04 then 1 + floor(random() * 3)::int end
       from (select i, date '2021-01-01' + (i * 1500 / ${invoices})::int issued from generate_series(1, ${invoices}) i) s`,
      `create table products (sku text primary key, title text not null, description text not null, price numeric(8,2) not null, categories int[] not null, stock int not null, search tsvector not null)`,
      `insert into products select 'P' || i, title, description, round((random() * 300)::numeric, 2), array(select floor(power(random(), 2) * 120)::int + 0 * i from generate_series(1, 1 + (i % 3)::int)), floor(power(random(), 3) * 500)::int, setweight(to_tsvector('english', title), 'A') || to_tsvector('english', description)
       from (select i, ${name} || ' ' || ${name} as title, (select string_agg(lower(${name}), ' ') from generate_series(1, 20 + (i % 30)::int)) as description from generate_series(1, ${8000 * scale}) i) s`,
      `create table subscriptions (id int primary key, customer_id uuid not null, plan text not null, valid daterange not null, price int4range)`,
      `insert into subscriptions select i, ${customer}, (array['basic','basic','plus','gold'])[1 + floor(random() * 4)::int], daterange(d, case when random() < 0.3 then null else d + 30 + floor(random() * 700)::int end), case when random() < 0.5 then int4range(i % 50, i % 50 + 1 + floor(random() * 20)::int) end
       from (select i, date '2020-01-01' + floor(random() * 1800)::int d from generate_series(1, ${40_000 * scale}) i) s`,
      "create index log_entries_at on log_entries (at)",
      "create index sessions_customer on sessions (customer_id)",
      "create index products_search on products using gin (search)",
    ];
  },
  churn: ["delete from sessions where pages > 60", "update subscriptions set price = null where id % 50 = 3"],
  cases: [
    on(
      "customers using btree (email)",
      "select * from customers where email = 'baka.ler7@web.test'",
      "select id from customers where email like 'ba%' limit 10",
    ),
    on("customers using btree (lower(email))", "select * from customers where lower(email) = 'kanoba.tor12@gmail.test'"),
    on(
      "customers using btree (full_name)",
      "select id, full_name from customers order by full_name limit 30",
      "select id from customers where full_name = 'Baler Monka'",
    ),
    on(
      "customers using btree (country, town)",
      "select * from customers where country = 'JP' and town = 'Balerburg'",
      "select town, count(*) from customers where country = 'SE' group by town",
    ),
    on(
      "customers using btree (deleted_at)",
      "select count(*) from customers where deleted_at is not null",
      "select * from customers where deleted_at > '2025-03-01'",
    ),
    on(
      "customers using btree (created_at) where deleted_at is null",
      "select id from customers where deleted_at is null order by created_at desc limit 20",
    ),
    on("customers using btree (phone)", "select * from customers where phone = '+49123456789'"),
    on("customers using btree (vat_id) where vat_id is not null", "select * from customers where vat_id = 'DE1234567'"),
    on("customers using hash (email)", "select id from customers where email = 'baka.ler7@web.test'"),
    on("customers using gin (full_name gin_trgm_ops)", "select * from customers where full_name ilike '%schgar%'"),
    on("customers using gist (full_name gist_trgm_ops)", "select * from customers where full_name ilike '%schgarpe%'"),
    on("customers using gin (notes gin_trgm_ops)", "select id from customers where notes ilike '%Lermon%'"),
    on("customers using btree ((extra ->> 'source'))", "select count(*) from customers where extra ->> 'source' = 'friend'"),
    on("customers using gin (extra)", "select id from customers where extra @> '{\"ab\": 7}'"),
    on("customers using spgist (full_name)", "select id from customers where full_name = 'Baler Monka'"),
    on(
      "sessions using btree (started_at)",
      "select * from sessions where started_at > '2024-12-30'",
      "select date_trunc('hour', started_at), count(*) from sessions where started_at between '2024-10-01' and '2024-10-03' group by 1",
    ),
    on(
      "sessions using brin (started_at) with (pages_per_range=32)",
      "select count(*) from sessions where started_at between '2024-10-01' and '2024-10-02'",
    ),
    on(
      "sessions using btree (customer_id, started_at)",
      "select * from sessions where customer_id = md5('c17')::uuid order by started_at desc limit 5",
    ),
    on(
      "sessions using btree (ended_at)",
      "select id from sessions where ended_at is null",
      "select id from sessions where ended_at < '2024-09-03'",
    ),
    on(
      "sessions using btree (user_agent)",
      "select count(*) from sessions where user_agent like '%iPhone%'",
      "select user_agent, count(*) from sessions group by 1 order by 2 desc limit 3",
    ),
    on("sessions using btree (device) where device is not null", "select count(*) from sessions where device = 'tablet-7'"),
    on("sessions using gist (address inet_ops)", "select id from sessions where address <<= inet '77.0.0.0/8'"),
    on("sessions using spgist (address)", "select id from sessions where address <<= inet '77.20.0.0/16'"),
    on("sessions using btree (landing, pages)", "select count(*) from sessions where landing = '/shop/item/0' and pages > 10"),
    on("sessions using btree (pages) include (started_at)", "select started_at from sessions where pages between 40 and 45"),
    on("sessions using hash (customer_id)", "select count(*) from sessions where customer_id = md5('c3')::uuid"),
    on(
      "sessions using btree (date_trunc('day', started_at at time zone 'UTC'))",
      "select count(*) from sessions where date_trunc('day', started_at at time zone 'UTC') = '2024-11-11'",
    ),
    on("sessions using btree ((ended_at - started_at))", "select id from sessions where ended_at - started_at > interval '49 minutes'"),
    on(
      "log_entries using btree (service, at)",
      "select * from log_entries where service = 'import' order by at desc limit 50",
      "select count(*) from log_entries where service = 'auth' and at > '2025-01-30'",
    ),
    on(
      "log_entries using btree (level, at) where level in ('error', 'fatal')",
      "select * from log_entries where level = 'fatal' order by at desc limit 20",
    ),
    on("log_entries using btree (trace)", "select * from log_entries where trace = md5('t99')::uuid"),
    on("log_entries using hash (trace)", "select * from log_entries where trace = md5('t98')::uuid"),
    on(
      "log_entries using btree (status)",
      "select count(*) from log_entries where status = 500",
      "select * from log_entries where status = 404 and at > '2025-01-31'",
    ),
    on("log_entries using btree (duration_ms desc nulls last)", "select * from log_entries order by duration_ms desc nulls last limit 10"),
    on("log_entries using brin (at)", "select count(*) from log_entries where at between '2025-01-10' and '2025-01-11'"),
    on("log_entries using brin (id, at) with (pages_per_range=64)", "select max(id) from log_entries where at < '2025-01-02'"),
    on("log_entries using brin (trace uuid_bloom_ops)", "select * from log_entries where trace = md5('t97')::uuid"),
    on(
      "log_entries using gin (context)",
      "select id from log_entries where context @> '{\"user\": 4711}'",
      "select count(*) from log_entries where context ? 'job'",
    ),
    on(
      "log_entries using gin (context jsonb_path_ops)",
      'select id from log_entries where context @> \'{"route": "/v1/api/100"}\'',
      'select id from log_entries where context @> \'{"queue": "mail", "attempt": 4}\'',
    ),
    on("log_entries using btree ((context ->> 'job'))", "select count(*) from log_entries where context ->> 'job' = 'job-17'"),
    on(
      "log_entries using btree (((context ->> 'user')::int))",
      "select id from log_entries where (context ->> 'user')::int = 12",
      "select id from log_entries where (context ->> 'user')::int > 7950",
    ),
    on(
      "log_entries using btree ((context ->> 'route'), at)",
      "select * from log_entries where context ->> 'route' = '/v1/web/3' order by at desc limit 10",
    ),
    on("log_entries using gin (message gin_trgm_ops)", "select id from log_entries where message like '%Schgar%'"),
    on(
      "log_entries using gin (to_tsvector('simple', message))",
      "select id from log_entries where to_tsvector('simple', message) @@ to_tsquery('simple', 'schgar')",
    ),
    on("log_entries using btree (host, service)", "select count(*) from log_entries where host = 'node-3' and service = 'import'"),
    on(
      "invoices using btree (customer_id)",
      "select * from invoices where customer_id = md5('c5')::uuid",
      "select c.full_name, sum(i.amount) from customers c join invoices i on i.customer_id = c.id where c.country = 'JP' group by 1",
    ),
    on(
      "invoices using btree (due_on) where paid_at is null",
      "select number, amount from invoices where paid_at is null and due_on < '2021-02-01'",
    ),
    on("invoices using btree (issued_on, amount)", "select sum(amount) from invoices where issued_on = '2023-03-03'"),
    on("invoices using btree (reminder)", "select number from invoices where reminder = 2"),
    on(
      "invoices using btree (currency, issued_on)",
      "select sum(amount) from invoices where currency = 'GBP' and issued_on > '2024-06-01'",
    ),
    on("invoices using btree (number text_pattern_ops)", "select * from invoices where number like 'INV-2023-00612%'"),
    on("invoices using gin (lines jsonb_path_ops)", 'select number from invoices where lines @> \'[{"sku": "P2990"}]\''),
    on("invoices using btree (date_part('year', issued_on))", "select count(*) from invoices where date_part('year', issued_on) = 2022"),
    on("invoices using btree ((amount - (amount % 100)))", "select number from invoices where amount - (amount % 100) = 2900"),
    on("products using gin (categories)", "select sku from products where categories @> '{3,110}'"),
    on("products using gin (description gin_trgm_ops)", "select sku from products where description like '%schgarpe%'"),
    on("products using gist (search)", "select sku from products where search @@ to_tsquery('english', 'balermon')"),
    on("products using btree (stock, price)", "select sku from products where stock = 0 order by price limit 10"),
    on(
      "subscriptions using gist (valid)",
      "select count(*) from subscriptions where valid @> date '2022-02-02'",
      "select id from subscriptions where valid && daterange('2020-01-01', '2020-01-05')",
    ),
    on("subscriptions using spgist (valid)", "select id from subscriptions where valid << daterange('2020-03-01', '2020-03-02')"),
    on("subscriptions using gist (plan, valid)", "select id from subscriptions where plan = 'gold' and valid @> date '2020-02-02'"),
    on("subscriptions using gist (price)", "select id from subscriptions where price @> 3"),
    on("subscriptions using btree (lower(valid))", "select id from subscriptions where lower(valid) between '2022-02-02' and '2022-02-09'"),
  ],
};
