-- orders rows=2000000
-- settings work_mem=65536kB
create table orders (id bigint primary key, note text);
-- statement calls=10 meanMs=900 tempBlocks=40000
select * from orders order by note;
-- expect
warning statement
set local work_mem = '128MB'
