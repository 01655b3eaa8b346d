-- sessions active=5 idle=90
-- command kind=set-session calls=400
-- command kind=listen calls=20
create table t (id int primary key);
-- expect
note server
