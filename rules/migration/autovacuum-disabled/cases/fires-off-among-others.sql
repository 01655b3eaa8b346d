alter table orders set (fillfactor = 80, autovacuum_enabled = off);
