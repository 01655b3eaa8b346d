-- jobs rows=500000 locked.common=t:0.001|f:0.999 locked.distinct=2
create table jobs (id bigint primary key, locked boolean not null, payload text);
-- statement
select * from jobs where locked;
-- expect exactly
create index on public.jobs (locked)
