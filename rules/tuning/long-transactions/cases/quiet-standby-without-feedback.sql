-- context standby=yes
-- settings hot_standby_feedback=off
-- sessions oldestTransactionSeconds=30000
create table t (id int primary key);
