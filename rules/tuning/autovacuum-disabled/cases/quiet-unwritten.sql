-- archive rows=100000000
create table archive (id bigint primary key) with (autovacuum_enabled = false);
