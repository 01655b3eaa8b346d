set lock_timeout = '2s';
alter table orders drop constraint orders_customer_id_fkey;
