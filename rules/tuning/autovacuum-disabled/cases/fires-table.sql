-- queue rows=100000 updates=5000000 dead=900000
create table queue (id bigint primary key) with (autovacuum_enabled = false);
-- expect
warning public.queue
alter table public.queue reset (autovacuum_enabled)
