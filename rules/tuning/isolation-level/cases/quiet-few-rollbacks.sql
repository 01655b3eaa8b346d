-- settings default_transaction_isolation=serializable
-- database commits=900000 rollbacks=1000
create table t (id int primary key);
