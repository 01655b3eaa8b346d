-- customers rows=1000000 inserts=90000000 updates=500000 deletes=1
-- migration
create table refunds (id bigint primary key, customer_id bigint unique references customers (id));
