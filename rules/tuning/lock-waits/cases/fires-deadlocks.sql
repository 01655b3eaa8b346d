-- context countingDays=10
-- settings log_lock_waits=on
-- database deadlocks=80
create table t (id int primary key);
-- expect
warning server
