-- orders rows=2000000 pages=52000 status.width=6
create table orders (id bigint primary key, customer_id bigint not null, status text not null) with (fillfactor = 20);
insert into orders select i, i, 'open' from generate_series(1, 100) i;
analyze orders;
