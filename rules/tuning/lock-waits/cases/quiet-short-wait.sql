-- sessions waitingForLock=1 longestLockWaitSeconds=0.2
create table t (id int primary key);
