-- sessions idleInTransaction=1 longestIdleInTransactionSeconds=20 idleBlockers=1 waitingForLock=4 longestLockWaitSeconds=15
create table t (id int primary key);
-- expect
error server
alter system set idle_in_transaction_session_timeout = '5min';
select pg_reload_conf()
