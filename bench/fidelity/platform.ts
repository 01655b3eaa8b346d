import { type DataSet, on } from "./case.ts";

/** A word of a vocabulary of 6,000, some of them everywhere; `random()` must be drawn in the row it is for. */
const word = "substr(md5(floor(power(random(), 3) * 6000)::text), 1, 4 + floor(random() * 6)::int)";

/**
 * A business platform: power laws, correlated columns, partitions, jsonb, arrays, text search, ranges, points, extended statistics.
 * At scale 1 about 0.25 GB.
 */
export const platform: DataSet = {
  name: "platform",
  extensions: ["pg_trgm", "btree_gin", "btree_gist"],
  settings: {},
  build: (scale) => {
    const accounts = 40_000 * scale;
    const orders = 300_000 * scale;
    const documents = 40_000 * scale;
    const bookings = 60_000 * scale;
    return [
      "select setseed(0.31)",
      `create type order_state as enum ('draft', 'open', 'paid', 'sent', 'done', 'void')`,
      `create table accounts (id int primary key, email text not null, company text not null, plan text not null, region smallint not null,
         settings jsonb not null, signed_up timestamptz not null, last_seen timestamptz, score float8)`,
      `insert into accounts select i, (case when i % 4 = 0 then 'Info' else 'info' end) || i || '@' || (array['mail.test','corp.test','shop.test','post.test'])[1 + floor(power(random(), 2) * 4)::int],
         initcap(${word}) || ' ' || initcap(${word}) || ' ' || (array['Ltd','GmbH','Inc','SA'])[1 + i % 4], (array['free','free','free','free','team','team','pro','enterprise'])[1 + floor(power(random(), 1.5) * 8)::int],
         floor(power(random(), 2) * 40)::int, jsonb_build_object('locale', (array['en','de','fr','pl','ja'])[1 + floor(power(random(), 2) * 5)::int], 'beta', random() < 0.03, 'limits', jsonb_build_object('seats', floor(exp(random() * 5))::int)),
         timestamptz '2019-03-01' + i * interval '63 minutes' / ${scale}, case when random() < 0.7 then timestamptz '2025-01-01' - power(random(), 2) * interval '900 days' end, random() * random() * 100
       from generate_series(1, ${accounts}) i`,
      `create table orders (id bigint primary key, account_id int not null references accounts, state order_state not null, city text not null, zip text not null, region smallint not null,
         total numeric(10,2) not null, placed_at timestamptz not null, changed_at timestamptz not null, note text, ref uuid not null, channel smallint not null, tags text[] not null, retries int)`,
      `insert into orders select i, 1 + floor(${accounts} * power(random(), 3))::int,
         (case when r < 0.82 then 'done' when r < 0.90 then 'sent' when r < 0.95 then 'paid' when r < 0.975 then 'void' when r < 0.995 then 'open' else 'draft' end)::order_state,
         'city ' || z / 8, 'Z' || lpad(z::text, 5, '0'), z / 64, round((exp(random() * 7))::numeric, 2), placed, placed + random() * random() * interval '30 days',
         case when random() < 0.08 then 'call ' || ${word} || ' ' || ${word} end, md5(i::text)::uuid, floor(power(random(), 4) * 12)::int,
         array(select 't' || floor(power(random(), 2) * 300)::int + 0 * i from generate_series(1, (i % 5)::int)), case when random() < 0.02 then floor(random() * 5)::int end
       from (select i, random() r, floor(power(random(), 2) * 2000)::int z, timestamptz '2022-01-01' + i * interval '300 seconds' / ${scale} + random() * interval '2 hours' placed from generate_series(1, ${orders}) i) s`,
      `create table documents (id int primary key, account_id int not null, title text not null, body text not null, words tsvector not null, attrs jsonb not null, labels int[] not null, written date not null)`,
      `insert into documents select i, 1 + floor(${accounts} * power(random(), 2))::int, title, body, to_tsvector('simple', title || ' ' || body), attrs, labels, date '2020-01-01' + (i * 1800 / ${documents})::int
       from (select i, (select string_agg(${word}, ' ') from generate_series(1, 3 + (i % 4)::int)) as title, (select string_agg(${word}, ' ') from generate_series(1, 15 + (i % 41)::int)) as body,
           jsonb_build_object('kind', (array['invoice','memo','report','letter','contract','minutes'])[1 + floor(power(random(), 2) * 6)::int], 'pages', 1 + floor(power(random(), 3) * 60)::int,
             'author', 'a' || floor(power(random(), 2) * 900)::int, 'flags', jsonb_build_array('f' || floor(random() * 20)::int, 'f' || floor(power(random(), 2) * 20)::int)) as attrs,
           array(select floor(power(random(), 2) * 2000)::int + 0 * i from generate_series(1, 1 + (i % 7)::int)) as labels from generate_series(1, ${documents}) i) s`,
      `create table bookings (id int primary key, room int not null, during tstzrange not null, seats int4range not null, place point not null, area box not null, client inet not null, paid boolean not null)`,
      `insert into bookings select i, floor(power(random(), 2) * 500)::int, tstzrange(t, t + random() * interval '6 days'), int4range(a, a + 1 + floor(power(random(), 2) * 40)::int),
         point(x, y), box(point(x, y), point(x + random() * 5, y + random() * 5)), ('10.' || floor(power(random(), 2) * 40)::int || '.' || floor(random() * 250)::int || '.' || i % 250)::inet, random() < 0.9
       from (select i, timestamptz '2024-01-01' + i * interval '8 minutes' / ${scale} + random() * interval '20 days' t, floor(random() * 900)::int a, 500 + 180 * (random() + random() - random()) x, 300 + random() * 400 y from generate_series(1, ${bookings}) i) s`,
      `create table readings (at timestamptz not null, sensor int not null, value float8 not null, quality smallint not null, site text) partition by range (at)`,
      ...[1, 2, 3, 4, 5, 6].map(
        (month) =>
          `create table readings_${month} partition of readings for values from ('2024-0${month}-01') to ('2024-0${month + 1}-01')`,
      ),
      `insert into readings select timestamptz '2024-01-01' + i * interval '52 seconds' / ${scale}, floor(power(random(), 2) * 400)::int, random() * 50, floor(power(random(), 6) * 5)::int, 'site' || floor(random() * 30)::int
       from generate_series(1, ${300_000 * scale}) i where timestamptz '2024-01-01' + i * interval '52 seconds' / ${scale} < '2024-07-01'`,
      "create statistics orders_place (ndistinct, dependencies, mcv) on city, zip, region from orders",
      "create statistics orders_day on (date_trunc('day', placed_at at time zone 'UTC')) from orders",
      "create statistics orders_refs (mcv) on state, channel from orders",
      "create index orders_account on orders (account_id)",
      "create index documents_labels on documents using gin (labels)",
      "create index readings_sensor on readings (sensor)",
    ];
  },
  churn: ["delete from orders where id % 400 = 7", "update bookings set paid = not paid where id % 60 = 7"],
  cases: [
    on(
      "orders using btree (placed_at)",
      "select * from orders where placed_at >= '2023-05-01' and placed_at < '2023-05-02'",
      "select id from orders order by placed_at desc limit 20",
      "select count(*) from orders where placed_at > '2024-10-20'",
    ),
    on("orders using btree (changed_at)", "select id, total from orders where changed_at between '2023-05-01' and '2023-05-03'"),
    on(
      "orders using btree (account_id, placed_at desc)",
      "select * from orders where account_id = 4242 order by placed_at desc limit 10",
      "select placed_at from orders where account_id in (17, 400, 9001)",
      "select a.company, o.total from accounts a cross join lateral (select total from orders o where o.account_id = a.id order by placed_at desc limit 1) o where a.plan = 'enterprise' and a.region = 39",
    ),
    on("orders using btree (state)", "select * from orders where state = 'draft'", "select count(*) from orders where state = 'void'"),
    on("orders using btree (state, placed_at)", "select id from orders where state = 'open' order by placed_at limit 50"),
    on(
      "orders using btree (city, zip)",
      "select * from orders where city = 'city 200' and zip = 'Z01602'",
      "select zip, count(*) from orders where city = 'city 3' group by zip",
    ),
    on("orders using btree (region, channel)", "select sum(total) from orders where region = 30 and channel = 9"),
    on("orders using btree (channel, placed_at)", "select * from orders where channel = 11 and placed_at > '2024-06-01'"),
    on("orders using btree (ref)", "select * from orders where ref = md5('77')::uuid"),
    on("orders using hash (ref)", "select * from orders where ref = md5('78')::uuid"),
    on("orders using hash (zip)", "select * from orders where zip = 'Z01999'"),
    on(
      "orders using btree (note)",
      "select * from orders where note is not null order by note limit 5",
      "select id from orders where note = 'call abcd ef01'",
    ),
    on("orders using btree (retries)", "select * from orders where retries = 3", "select count(*) from orders where retries is not null"),
    on("orders using btree (total)", "select id, total from orders where total > 1090 order by total desc limit 50"),
    on(
      "orders using btree (account_id) include (total, state)",
      "select sum(total) from orders where account_id between 30000 and 30100 and state = 'done'",
    ),
    on(
      "orders using btree (placed_at) where state in ('draft', 'open')",
      "select * from orders where state in ('draft', 'open') order by placed_at limit 20",
    ),
    on("orders using btree (account_id) where note is not null", "select id, note from orders where account_id < 50 and note is not null"),
    on("orders using btree (placed_at) with (fillfactor=70)", "select count(*) from orders where placed_at < '2022-01-05'"),
    on(
      "orders using btree (date_trunc('day', placed_at at time zone 'UTC'))",
      "select count(*) from orders where date_trunc('day', placed_at at time zone 'UTC') = '2023-04-05'",
      "select date_trunc('day', placed_at at time zone 'UTC'), sum(total) from orders where date_trunc('day', placed_at at time zone 'UTC') >= '2024-10-01' group by 1",
    ),
    on("orders using btree ((total * 2))", "select id from orders where total * 2 > 2100"),
    on("orders using btree (lower(note))", "select id from orders where lower(note) = 'call abcd'"),
    on("orders using brin (placed_at)", "select count(*) from orders where placed_at >= '2023-05-01' and placed_at < '2023-05-08'"),
    on(
      "orders using brin (placed_at) with (pages_per_range=16)",
      "select avg(total) from orders where placed_at between '2023-05-01' and '2023-05-02'",
    ),
    on("orders using brin (id, changed_at)", "select count(*) from orders where id between 1000 and 5000"),
    on(
      "orders using gin (tags)",
      "select * from orders where tags @> '{t7,t290}'",
      "select count(*) from orders where tags && '{t250,t260}'",
    ),
    on("orders using gin (channel, tags)", "select id from orders where channel = 8 and tags @> '{t100}'"),
    on("accounts using btree (lower(email))", "select * from accounts where lower(email) = 'info777@mail.test'"),
    on("accounts using btree (email text_pattern_ops)", "select id from accounts where email like 'info123%'"),
    on("accounts using btree (plan, signed_up)", "select count(*) from accounts where plan = 'enterprise' and signed_up > '2023-01-01'"),
    on("accounts using btree (last_seen desc nulls last)", "select id from accounts order by last_seen desc nulls last limit 25"),
    on(
      "accounts using btree ((settings ->> 'locale'))",
      "select count(*) from accounts where settings ->> 'locale' = 'ja'",
      "select settings ->> 'locale', count(*) from accounts group by 1",
    ),
    on(
      "accounts using btree ((((settings -> 'limits') ->> 'seats')::int))",
      "select id from accounts where ((settings -> 'limits') ->> 'seats')::int > 120",
    ),
    on(
      "accounts using gin (company gin_trgm_ops)",
      "select id, company from accounts where company ilike '%abcd%'",
      "select id from accounts where company like '%3e1f%'",
    ),
    on("accounts using gist (company gist_trgm_ops)", "select id from accounts where company ilike '%c4ca42%'"),
    on("accounts using gin (settings)", "select id from accounts where settings @> '{\"beta\": true}'"),
    on(
      "documents using gin (words)",
      "select id from documents where words @@ to_tsquery('simple', 'c4ca & cfcd20')",
      "select count(*) from documents where words @@ to_tsquery('simple', '0777d5')",
    ),
    on(
      "documents using gin (to_tsvector('simple', title))",
      "select id from documents where to_tsvector('simple', title) @@ to_tsquery('simple', 'c4ca')",
    ),
    on("documents using gist (words)", "select id from documents where words @@ to_tsquery('simple', '4b0250793')"),
    on(
      "documents using gin (attrs)",
      'select id from documents where attrs @> \'{"kind": "contract", "author": "a17"}\'',
      "select count(*) from documents where attrs ? 'pages'",
    ),
    on(
      "documents using gin (attrs jsonb_path_ops)",
      'select id from documents where attrs @> \'{"author": "a800"}\'',
      'select id from documents where attrs @> \'{"flags": ["f3"]}\'',
    ),
    on("documents using gin (title gin_trgm_ops)", "select id from documents where title ilike '%e4da3b%'"),
    on("documents using gin (body gin_trgm_ops)", "select id from documents where body like '%eccbc87e4%'"),
    on(
      "documents using btree ((attrs ->> 'kind'), written)",
      "select id from documents where attrs ->> 'kind' = 'minutes' and written > '2024-06-01'",
    ),
    on(
      "documents using btree ((attrs ->> 'author'))",
      "select id from documents where attrs ->> 'author' = 'a880'",
      "select count(*) from documents where attrs ->> 'author' = 'a0'",
    ),
    on("documents using btree (((attrs ->> 'pages')::int))", "select id from documents where (attrs ->> 'pages')::int between 50 and 55"),
    on("documents using btree (title)", "select id, title from documents where title > 'ff' order by title limit 20"),
    on("documents using btree (md5(body))", "select id from documents where md5(body) = 'abc'"),
    on("documents using btree (length(body))", "select id from documents where length(body) < 110"),
    on("documents using brin (written)", "select count(*) from documents where written between '2022-01-01' and '2022-01-20'"),
    on(
      "bookings using gist (during)",
      "select id from bookings where during && tstzrange('2024-05-01', '2024-05-02')",
      "select count(*) from bookings where during @> timestamptz '2024-06-06 12:00'",
    ),
    on("bookings using gist (room, during)", "select id from bookings where room = 7 and during && tstzrange('2024-05-01', '2024-05-09')"),
    on("bookings using spgist (during)", "select id from bookings where during << tstzrange('2024-01-05', '2024-01-06')"),
    on(
      "bookings using gist (seats)",
      "select id from bookings where seats @> 444",
      "select count(*) from bookings where seats && int4range(100, 110)",
    ),
    on("bookings using spgist (seats)", "select id from bookings where seats && int4range(890, 895)"),
    on(
      "bookings using gist (place)",
      "select id from bookings where place <@ box '((480,300),(500,330))'",
      "select id from bookings order by place <-> point '(500,400)' limit 10",
    ),
    on("bookings using spgist (place)", "select id from bookings where place <@ box '((480,300),(500,330))'"),
    on("bookings using gist (area)", "select id from bookings where area && box '((480,300),(490,310))'"),
    on("bookings using gist (client inet_ops)", "select id from bookings where client <<= inet '10.3.7.0/24'"),
    on("bookings using spgist (client)", "select id from bookings where client <<= inet '10.39.0.0/16'"),
    on("bookings using btree (upper(during))", "select id from bookings where upper(during) > '2024-12-20'"),
    on("bookings using btree (room, (lower(during)))", "select id from bookings where room = 400 and lower(during) > '2024-06-01'"),
    on(
      "readings using btree (sensor, at)",
      "select * from readings where sensor = 17 and at >= '2024-03-10' and at < '2024-05-20'",
      "select at, value from readings where sensor = 390 order by at desc limit 5",
    ),
    on("readings using brin (at)", "select avg(value) from readings where at >= '2024-03-10' and at < '2024-03-11'"),
    on("readings using btree (quality) where quality > 1", "select count(*) from readings where quality = 4"),
    on("readings using btree (site, quality)", "select count(*) from readings where site = 'site7' and quality = 3"),
    on("readings using hash (site)", "select max(value) from readings where site = 'site9' and at >= '2024-06-20'"),
  ],
};
