-- holder kind=replication-slot name=replica active=yes xminAge=300 retainedBytes=90000000
create table t (id int primary key);
