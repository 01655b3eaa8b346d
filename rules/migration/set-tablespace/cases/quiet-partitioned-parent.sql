alter table events set tablespace fast;
