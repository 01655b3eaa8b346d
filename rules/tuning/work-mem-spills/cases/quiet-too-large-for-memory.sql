-- orders rows=200000000
create table orders (id bigint primary key, note text);
-- statement calls=2 meanMs=90000 tempBlocks=4000000
select * from orders order by note;
