create table customers_new (id bigint primary key);
alter table customers rename to customers_old;
alter table customers_new rename to customers;
