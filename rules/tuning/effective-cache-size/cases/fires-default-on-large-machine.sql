-- hardware memoryBytes=137438953472
create table t (id int primary key);
-- expect
note server
alter system set effective_cache_size = '96GB';
select pg_reload_conf()
