create policy own on orders using (customer_id = 1);
