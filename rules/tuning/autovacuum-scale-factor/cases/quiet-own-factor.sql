-- orders rows=80000000 updates=90000000
create table orders (id bigint primary key, status text) with (autovacuum_vacuum_scale_factor = 0.02);
