alter table orders add unique (customer_id, number);
