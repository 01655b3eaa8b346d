-- visit rows=50000000
create table visit (id bigint primary key, at timestamptz not null);
insert into visit select n, timestamptz '2024-01-01' + n * interval '1 minute' from generate_series(1, 40) n;
analyze;
-- statement
select count(*) from visit;
-- expect
select reltuples::bigint as count from pg_class where oid = 'public.visit'::regclass;
