-- readings rows=5000000
create extension if not exists btree_gist;
create table readings (id bigint primary key, at timestamptz not null, value float8);
-- statement
select value from readings order by at <-> $1 limit 1;
-- expect exactly
create index on public.readings using gist (at);
