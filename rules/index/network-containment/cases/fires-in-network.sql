-- visits rows=4000000
create table visits (id bigint primary key, address inet not null);
-- statement
select count(*) from visits where address <<= $1;
-- expect exactly
create index on public.visits using gist (address inet_ops);
create index on public.visits using spgist (address);
create index on public.visits (address);
