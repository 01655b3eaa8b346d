-- sessions active=1 idle=3
-- command kind=set-session calls=400
create table t (id int primary key);
