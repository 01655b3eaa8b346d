create table nodes (id int primary key, customer_id bigint references customers (id));
-- migration
drop table nodes;
-- expect drop-table, drop-table-locks-referenced
