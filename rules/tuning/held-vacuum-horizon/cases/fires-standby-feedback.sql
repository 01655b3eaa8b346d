-- holder kind=standby-feedback name=replica_1 active=yes xminAge=600000000
create table t (id int primary key);
-- expect
error server
