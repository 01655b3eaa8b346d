-- sessions idleInTransaction=3 longestIdleInTransactionSeconds=1800
create table t (id int primary key);
-- expect
warning server
alter system set idle_in_transaction_session_timeout = '5min';
select pg_reload_conf()
