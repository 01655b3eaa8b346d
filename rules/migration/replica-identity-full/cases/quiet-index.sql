alter table orders replica identity using index orders_number_key;
