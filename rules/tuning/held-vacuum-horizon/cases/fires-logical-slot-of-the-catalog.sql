-- holder kind=replication-slot name=cdc active=yes catalogXminAge=40000000 retainedBytes=1000
create table t (id int primary key);
-- expect
warning server
