-- sessions oldestTransactionSeconds=60
create table t (id int primary key);
