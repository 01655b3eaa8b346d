-- jobs rows=2000000 status.distinct=4 status.common=done:0.95|failed:0.05
create table jobs (id bigint primary key, status text not null, created_at timestamptz not null);
create index jobs_status_created_at on jobs (status, created_at, id);
-- statement
select id from jobs where status = 'failed' order by created_at limit 20;
