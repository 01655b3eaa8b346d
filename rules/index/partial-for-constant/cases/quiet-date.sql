-- jobs rows=2000000 created_at.distinct=-0.9
create table jobs (id bigint primary key, created_at timestamptz not null);
-- statement
select id from jobs where created_at > '2026-01-01';
