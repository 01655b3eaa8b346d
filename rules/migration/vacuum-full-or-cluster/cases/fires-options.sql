vacuum (full, analyze) orders, customers;
