-- setting: lock_timeout=10s
alter table orders add column weight int;
