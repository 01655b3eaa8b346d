-- jobs rows=2000000 status.distinct=30 status.common=done:0.9|running:0.04|failed:0.008|queued:0.002
create table jobs (id bigint primary key, status text not null, created_at timestamptz not null, payload text);
-- statement
select * from jobs where status = 'queued' order by created_at limit 20;
-- expect
create index on public.jobs (created_at) where status = 'queued';
