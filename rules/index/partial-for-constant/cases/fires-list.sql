-- jobs rows=2000000 status.distinct=4 status.common=done:0.95|running:0.04|failed:0.008|queued:0.002 tenant_id.distinct=800
create table jobs (id bigint primary key, tenant_id int not null, status varchar(20) not null);
-- statement
select id from jobs where tenant_id = $1 and status in ('failed', 'queued');
-- expect
create index on public.jobs (tenant_id) where status in ('failed', 'queued');
