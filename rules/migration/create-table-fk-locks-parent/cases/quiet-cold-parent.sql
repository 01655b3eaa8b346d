-- customers rows=1000 inserts=1000 deletes=1
-- migration
create table refunds (id bigint primary key, customer_id bigint unique references customers (id));
