/**
 * A production of every kind of object the shadow restores, about 60 MB: skewed, correlated and churned after its
 * last VACUUM. Sizes are chosen so that parallel plans, bitmap scans and index-only scans all occur.
 */
export const shopSql: readonly string[] = [
  `create extension if not exists pg_trgm; create extension if not exists btree_gist; select setseed(0.42)`,
  `create schema crm;
   create type crm.order_status as enum ('new','paid','packed','shipped','delivered','returned','cancelled');
   create domain crm.email_t as text check (position('@' in value) > 0);
   create type crm.address as (street text, zip varchar(10));
   create type crm.floatrange as range (subtype = float8);
   create function crm.shout(t text) returns text language sql immutable parallel safe as $$ select upper(t) $$;
   create sequence crm.loose_seq`,
  `create table crm.users (
     id bigint generated always as identity primary key, email crm.email_t not null, name text not null collate "C", country char(2) not null,
     referrer uuid, created_at timestamptz not null default now(), last_login timestamptz, active boolean not null, ip inet, home crm.address,
     label text generated always as (country::text || '-' || name) stored)`,
  `insert into crm.users (email, name, country, referrer, created_at, last_login, active, ip, home)
   select (case when i%3=0 then 'User' else 'user' end)||i||'@'||(array['gmail.com','example.org','yahoo.com'])[1+floor(power(random(),2)*3)::int],
     md5((i*7)::text), (array['US','DE','FR','GB','IN','BR','JP','CN','PL','RU','ES','IT'])[1+floor(power(random(),3)*12)::int],
     case when random()<0.3 then gen_random_uuid() end, timestamptz '2020-01-01' + (i||' minutes')::interval*4,
     case when random()<0.8 then timestamptz '2024-01-01'+ random()*interval '365 days' end, random()<0.93,
     ('10.'||(i%250)||'.'||((i/250)%250)||'.7')::inet, row('Main St '||i, '1'||(i%900))::crm.address
   from generate_series(1,20000) i`,
  `create table public.orders (
     id bigint primary key, user_id bigint not null references crm.users, status crm.order_status not null, total numeric(10,2) not null check (total >= 0),
     created_at timestamptz not null, updated_at timestamptz not null, region_id int not null, city text not null, zip text not null,
     ref uuid not null unique, note text, priority smallint not null)`,
  `insert into orders select i, 1+floor(20000*power(random(),3))::bigint,
     (case when r<0.80 then 'delivered' when r<0.90 then 'shipped' when r<0.94 then 'paid' when r<0.965 then 'returned' when r<0.985 then 'cancelled' when r<0.995 then 'packed' else 'new' end)::crm.order_status,
     round((exp(random()*6)+1)::numeric,2), ts, ts + random()*interval '20 days', (z/10), 'city'||(z/10), 'zip'||z, gen_random_uuid(),
     case when random()<0.1 then repeat('note '||(i%1000)||' ',1+(i%8)) end, case when random()<0.95 then 0 else floor(random()*10)::int end
   from (select i, random() r, timestamptz '2021-01-01'+ (i*625||' seconds')::interval + random()*interval '1 hour' ts, floor(power(random(),2)*1000)::int z
     from generate_series(1,150000) i) s`,
  `create table public.order_items (order_id bigint not null, line smallint not null, product_id int not null, qty int not null, price numeric(10,2) not null,
     primary key(order_id, line), foreign key (order_id) references orders)`,
  `insert into order_items select o.i, l, 1+floor(2000*power(random(),2))::int, 1+floor(random()*5)::int, round((random()*200)::numeric,2)
   from generate_series(1,75000) o(i), lateral generate_series(1,1+(o.i%3)::int) l`,
  `create table public.products (id int primary key, sku text not null unique, title text not null, category_id int not null, attrs jsonb);
   insert into products select i, 'SKU-'||lpad(i::text,8,'0'), 'Product '||md5(i::text), 1+floor(200*power(random(),2))::int,
     jsonb_build_object('color',(array['red','green','blue','black'])[1+i%4],'w',i%50) from generate_series(1,2000) i`,
  `create table public.events (id bigint not null, ts timestamptz not null, device_id int not null, kind text not null, value float8, flags int not null) with (fillfactor=90);
   insert into events select i, timestamptz '2023-01-01'+(i*150||' seconds')::interval + random()*interval '30 seconds',
     floor(power(random(),2)*2000)::int, 'kind_'||floor(power(random(),4)*40)::int, random()*1000, (i%1024) from generate_series(1,200000) i`,
  `create table public.documents (id bigint primary key, owner_id bigint not null, title text not null, attrs jsonb not null, tags text[] not null, tsv tsvector, created_at timestamptz not null);
   insert into documents select d, 1+floor(20000*power(random(),2))::bigint, 'Doc '||d||' '||md5(d::text),
     jsonb_build_object('type',(array['invoice','memo','report','letter','contract'])[1+floor(power(random(),2)*5)::int],'prio',floor(random()*10)::int,'src','s'||floor(power(random(),2)*500)::int),
     array(select 'tag'||floor(power(random(),3)*500)::int+0*d from generate_series(1,1+(d%6)::int)),
     to_tsvector('simple', md5((d%97)::text)||' '||md5((d%911)::text)), timestamptz '2022-01-01'+(d||' minutes')::interval from generate_series(1,20000) d`,
  `create table public.places (id bigint primary key, name text not null, loc point not null, during tstzrange not null, score int not null, exclude using gist (score with =, during with &&) where (score > 999));
   insert into places select i, 'place '||md5(i::text), point(random()*1000, 500+200*random()), tstzrange(t, t+random()*interval '3 days'), (random()*900)::int
   from (select i, timestamptz '2023-01-01'+random()*interval '365 days' t from generate_series(1,15000) i) s`,
  `create table public.measurements (ts timestamptz not null, sensor int not null, v float8, loc text, primary key (sensor, ts)) partition by range (ts);
   create table measurements_h1 partition of measurements for values from ('2024-01-01') to ('2024-07-01') partition by list (loc);
   create table measurements_rest partition of measurements default`.replace(", primary key (sensor, ts)", ""),
  `create table measurements_h1_a partition of measurements_h1 for values in ('loc0','loc1','loc2','loc3');
   create table measurements_h1_b partition of measurements_h1 default;
   insert into measurements select timestamptz '2024-01-01'+random()*interval '365 days', floor(power(random(),2)*300)::int, random()*100, 'loc'||floor(random()*8)::int from generate_series(1,60000);
   create index measurements_sensor_ts on measurements(sensor, ts)`,
  `create table public.logs_base (id bigint, msg text, at timestamptz);
   create table logs_2023 (check (at >= '2023-01-01' and at < '2024-01-01')) inherits (logs_base);
   create table logs_2024 (check (at >= '2024-01-01' and at < '2025-01-01')) inherits (logs_base);
   insert into logs_2023 select i, md5(i::text), timestamptz '2023-01-01' + random()*interval '364 days' from generate_series(1,20000) i;
   insert into logs_2024 select i, md5(i::text), timestamptz '2024-01-01' + random()*interval '364 days' from generate_series(1,20000) i`,
  `create index orders_user_idx on orders(user_id); create index orders_created_idx on orders(created_at);
   create index users_lower_email on crm.users(lower(email)); create index users_shout on crm.users(crm.shout(name));
   create index events_device_ts on events(device_id, ts) include (value); create index events_ts_brin on events using brin (ts) with (pages_per_range=16);
   create index documents_tags_gin on documents using gin(tags); create index documents_title_trgm on documents using gin(title gin_trgm_ops);
   create index places_loc on places using gist (loc); create index orders_ref_hash on orders using hash (ref);
   create index orders_open_idx on orders(created_at desc nulls last) where status in ('new','packed');
   create index documents_prio on documents (((attrs->>'prio')::int))`,
  `create view crm.active_users with (security_barrier) as select id, email, country from crm.users where active;
   create view public.big_orders as select o.*, u.email from orders o join crm.active_users u on u.id = o.user_id where o.total > 300;
   create materialized view public.daily as select date_trunc('day', created_at) as day, count(*) as n, sum(total) as total from orders group by 1;
   create unique index daily_day on daily(day)`,
  `create statistics orders_city_zip (ndistinct, dependencies, mcv) on city, zip, region_id from orders;
   create statistics orders_status_city (mcv) on status, city from orders;
   create statistics orders_expr on (date_trunc('day', created_at)), region_id from orders`,
];

/** Outside of a transaction, in this order. */
export const shopMaintenance: readonly string[] = [
  "vacuum analyze",
  "update orders set updated_at = updated_at + interval '1 hour' where id between 140000 and 150000",
  `insert into orders select i, 1+floor(20000*power(random(),3))::bigint,'new', 10, timestamptz '2021-01-01'+ (i*625||' seconds')::interval, timestamptz '2025-01-10', 5,
     'city5','zip55',gen_random_uuid(),null,0 from generate_series(150001,153000) i`,
  "checkpoint",
];

export const shopQueries: readonly string[] = [
  "select * from orders where id = 12345",
  "select * from orders where user_id = 4242 order by created_at desc limit 20",
  "select count(*) from orders where status = 'packed' and region_id = 7",
  "select id, total from orders where updated_at >= '2023-06-01' and updated_at < '2023-06-02'",
  "select u.country, count(*), sum(o.total) from orders o join crm.users u on u.id=o.user_id where u.country='PL' and o.created_at >= '2023-06-01' and o.created_at < '2023-07-01' group by 1",
  "select * from crm.users where lower(email) = 'user12345@gmail.com'",
  "select * from crm.users where crm.shout(name) = 'ABC'",
  "select * from crm.users where email = 'User12345@gmail.com'",
  "select * from crm.users where name like 'ab%'",
  "select id, total from orders where total > 395 order by total desc limit 50",
  "select region_id, status, count(*) from orders where created_at >= '2023-01-01' group by 1,2",
  "select * from orders where city='city42' and zip='zip421'",
  "select * from orders where status='delivered' and city='city5'",
  "select * from order_items where product_id = 777",
  "select sum(qty*price) from order_items where product_id between 500 and 520",
  "select p.category_id, sum(i.qty*i.price) from products p join order_items i on i.product_id=p.id where p.category_id in (3,5) group by 1",
  "select * from events where device_id = 500 and ts >= '2023-06-01' and ts < '2023-07-01'",
  "select device_id, ts, value from events where device_id = 500",
  "select avg(value) from events where ts >= '2023-06-01 10:00' and ts < '2023-06-01 11:00'",
  "select kind, count(*) from events where ts >= '2023-06-01' and ts < '2023-06-08' group by kind",
  "select * from events where kind = 'kind_39' and flags = 7",
  "select id,title from documents where tags @> '{tag17,tag200}'",
  "select count(*) from documents where tags && '{tag400,tag450}'",
  'select id from documents where attrs @> \'{"type":"contract","prio":3}\'',
  "select id from documents where (attrs->>'prio')::int = 3",
  "select id from documents where tsv @@ to_tsquery('simple','8f14e & c51ce')",
  "select id from documents where title ilike '%a1b2c%'",
  "select id from documents where title like 'Doc 42%'",
  "select id from places where loc <@ box '((100,450),(120,520))'",
  "select id from places order by loc <-> point '(400,500)' limit 10",
  "select id from places where during && tstzrange('2023-05-01','2023-05-02')",
  "select id from orders where ref = '3f2504e0-4f89-11d3-9a0c-0305e82c3301'",
  "select * from measurements where sensor = 17 and ts >= '2024-03-10' and ts < '2024-05-20'",
  "select loc, avg(v) from measurements where ts >= '2024-03-01' and ts < '2024-03-08' group by loc",
  "select * from measurements where loc = 'loc2' and ts < '2024-03-08'",
  "select count(*) from logs_base where at >= '2023-05-01' and at < '2023-05-03'",
  "select region_id, count(*) from orders where date_trunc('day', created_at) = '2023-03-04' group by region_id",
  "select id from orders where note is not null and created_at > '2023-11-01'",
  "select id, user_id from orders where priority = 7 order by created_at limit 100",
  "select u.id from crm.users u where u.country='ES' and not exists (select 1 from orders o where o.user_id=u.id)",
  "select * from orders where user_id in (11,222,3333,4444,5555,12345,13456) and created_at > '2023-01-01'",
  "select * from orders where created_at > '2023-12-20'",
  "select * from orders where created_at > '2024-03-01'",
  "select max(created_at), min(id) from orders",
  "select user_id, sum(total) s from orders group by 1 having sum(total) > 1000 order by s desc limit 10",
  "select o.id, i.line from orders o join order_items i on i.order_id=o.id where o.user_id=4242",
  "select o.id, sum(i.price) from orders o join order_items i on i.order_id=o.id group by o.id order by o.id limit 1000",
  "select count(*) from orders o join order_items i on i.order_id=o.id join products p on p.id = i.product_id join crm.users u on u.id = o.user_id where u.country = 'FR'",
  "update orders set status='paid' where ref = '3f2504e0-4f89-11d3-9a0c-0305e82c3301'",
  "delete from orders where created_at < '2021-02-01'",
  "select * from big_orders where user_id = 77",
  "select * from big_orders where status = 'new' order by created_at desc nulls last limit 10",
  "select email from crm.active_users where country = 'IT'",
  "select * from daily where day >= '2023-01-01' order by day",
  "select count(*) from events",
  "select distinct user_id, region_id from orders",
  "select u.id, count(*) from crm.users u left join orders o on o.user_id=u.id group by u.id order by 2 desc limit 10",
  "select u.email, o.total from crm.users u cross join lateral (select total from orders o where o.user_id=u.id order by created_at desc limit 1) o where u.country in ('DE','FR')",
];
