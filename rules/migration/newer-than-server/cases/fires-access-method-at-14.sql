-- postgres: 14
alter table orders set access method heap;
