-- readings rows=9000000
create table readings (id bigint primary key, at timestamptz not null, value float8);
-- statement
select sum(value) from readings where date_trunc('day', at) = $1;
-- expect
refuse create index on public.readings (date_trunc('day', at));
