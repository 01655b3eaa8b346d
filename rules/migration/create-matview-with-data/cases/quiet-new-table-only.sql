create table t (id bigint primary key);
create table copies as select * from t;
