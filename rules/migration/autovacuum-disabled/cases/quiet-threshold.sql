alter table orders set (autovacuum_vacuum_scale_factor = 0.02);
