-- hardware storage=network
create table t (id int primary key);
-- expect
note server
alter system set random_page_cost = '1.5';
select pg_reload_conf()
