set statement_timeout = '3s';
alter table orders add column weight int;
