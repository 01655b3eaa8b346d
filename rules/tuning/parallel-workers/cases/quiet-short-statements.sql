-- settings max_parallel_workers_per_gather=0
-- sale rows=50000000
create table sale (id bigint primary key, shop int not null, total numeric not null);
-- statement calls=2000000 meanMs=0.1
select total from sale where id = $1;
