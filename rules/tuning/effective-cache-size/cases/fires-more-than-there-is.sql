-- hardware memoryBytes=2147483648
create table t (id int primary key);
-- expect
note server
alter system set effective_cache_size = '1536MB';
select pg_reload_conf()
