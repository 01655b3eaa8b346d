create policy own on orders using (true);
-- migration
alter policy own on orders using (customer_id = 1);
