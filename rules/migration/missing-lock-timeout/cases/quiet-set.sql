set lock_timeout = '3s';
alter table orders add column weight int;
