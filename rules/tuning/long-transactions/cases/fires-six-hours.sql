-- sessions oldestTransactionSeconds=21600 oldestXminAge=5000000
create table t (id int primary key);
-- expect
warning server
