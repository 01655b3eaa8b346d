-- zones rows=200000
create table zones (id bigint primary key, area polygon not null);
-- statement
select id from zones where area @> point '(1,2)';
-- expect
refuse create index on public.zones using gist (area);
