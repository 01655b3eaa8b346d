-- settings idle_in_transaction_session_timeout=60000ms
-- sessions idleInTransaction=3 longestIdleInTransactionSeconds=1800
create table t (id int primary key);
