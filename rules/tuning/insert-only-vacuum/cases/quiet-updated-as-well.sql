-- context postgres=16
-- log rows=50000000 inserts=40000000 updates=30000000 allVisible=0.5
create table log (id bigint primary key, at timestamptz);
