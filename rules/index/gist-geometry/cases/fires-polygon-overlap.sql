-- zones rows=200000 kind.distinct=12
create extension if not exists btree_gist;
create table zones (id bigint primary key, kind text not null, area polygon not null);
-- statement
select id from zones where area && $1 and kind = $2;
-- expect exactly
create index on public.zones using gist (kind, area);
create index on public.zones using gist (area);
