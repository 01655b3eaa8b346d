alter table orders add column name varchar;
