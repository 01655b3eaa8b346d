-- hardware storage=nvme
create table t (id int primary key);
-- expect
note server
alter system set random_page_cost = '1.1';
select pg_reload_conf()
