set lock_timeout = '2s';
create policy own on orders using (customer_id = 1);
