alter table orders set (autovacuum_enabled = true);
