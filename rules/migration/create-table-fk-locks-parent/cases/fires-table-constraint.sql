-- customers rows=1000000 inserts=900000000 deletes=1
-- migration
create table refunds (customer_id bigint primary key, foreign key (customer_id) references customers (id));
