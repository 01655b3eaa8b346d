create table orders (id bigint primary key, a int, b int);
create index narrow on orders (a);
create index wide on orders (a, b);
update pg_index set indisvalid = false where indexrelid = 'wide'::regclass;
