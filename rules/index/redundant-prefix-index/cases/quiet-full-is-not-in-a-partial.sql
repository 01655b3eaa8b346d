create table orders (id bigint primary key, a int, b int, open boolean);
create index narrow on orders (a);
create index wide on orders (a, b) where open;
