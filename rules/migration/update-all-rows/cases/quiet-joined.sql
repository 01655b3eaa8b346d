update orders set note = c.name from customers c where c.id = orders.customer_id and c.region = 'x';
