-- context postgres=14
-- opening rows=50000
create table opening (id bigint primary key, hours int4multirange not null);
-- statement
select id from opening where hours @> 540;
-- expect exactly
create index on public.opening using gist (hours);
