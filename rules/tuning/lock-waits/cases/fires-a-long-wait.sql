-- settings log_lock_waits=off
-- sessions waitingForLock=7 longestLockWaitSeconds=45
create table t (id int primary key);
-- expect
warning server
alter system set log_lock_waits = 'on';
select pg_reload_conf()
