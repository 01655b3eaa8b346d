-- hardware memoryBytes=68719476736
-- settings shared_buffers=128MB
-- database blocksRead=90000000 blocksHit=400000000
create table t (id int primary key);
-- expect
note server
alter system set shared_buffers = '16GB';
select pg_reload_conf()
