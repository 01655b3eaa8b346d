-- items rows=3000000
create table items (id bigint primary key, stock int not null, reorder_level int not null, supplier_id int);
-- statement
select id, stock from items where stock < reorder_level and supplier_id = $1;
-- expect
create index on public.items (supplier_id) where stock < reorder_level;
