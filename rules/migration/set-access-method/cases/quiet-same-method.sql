alter table orders set access method heap;
