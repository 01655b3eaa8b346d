alter table customers set tablespace fast;
