-- jobs rows=2000000 status.distinct=4 status.common=done:0.95|running:0.04|failed:0.008|queued:0.002
create table jobs (id bigint primary key, status text not null);
-- statement
select id from jobs where status = 'failed';
-- expect
create index on public.jobs (id) where status = 'failed';
create index on public.jobs (status) where status = 'failed';
