-- places rows=700000
create table places (id bigint primary key, spot point not null);
-- statement
select id from places order by spot <-> $1 limit 10;
-- expect exactly
create index on public.places using gist (spot);
create index on public.places using spgist (spot);
