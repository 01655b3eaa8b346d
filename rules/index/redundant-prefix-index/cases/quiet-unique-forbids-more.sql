create table orders (id bigint primary key, a int, b int);
create unique index narrow on orders (a);
create index wide on orders (a, b);
