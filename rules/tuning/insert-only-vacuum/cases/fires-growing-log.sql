-- context postgres=16
-- log rows=50000000 inserts=40000000 allVisible=0.5
create table log (id bigint primary key, at timestamptz);
-- expect
note public.log
alter table public.log set (autovacuum_vacuum_insert_scale_factor = 0.02)
