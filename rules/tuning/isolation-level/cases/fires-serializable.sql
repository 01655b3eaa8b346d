-- settings default_transaction_isolation=serializable
-- database commits=900000 rollbacks=100000
create table t (id int primary key);
-- expect
note server
