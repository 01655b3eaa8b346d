-- holder kind=replication-slot name=old_replica active=no xminAge=40000000 retainedBytes=90000000000
-- holder kind=prepared-transaction name=tx1 xminAge=20 ageSeconds=90000
create table t (id int primary key);
-- expect
warning server
select pg_drop_replication_slot('old_replica');
warning server
rollback prepared 'tx1'
