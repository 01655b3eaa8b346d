-- settings max_parallel_workers_per_gather=2
-- hardware cpus=32
-- sale rows=50000000
create table sale (id bigint primary key, shop int not null, total numeric not null);
-- statement calls=20 meanMs=9000
select shop, sum(total) from sale group by shop;
-- expect
note server
alter system set max_parallel_workers_per_gather = '4';
select pg_reload_conf()
