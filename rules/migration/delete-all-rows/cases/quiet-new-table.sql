create table t (id int primary key);
delete from t;
