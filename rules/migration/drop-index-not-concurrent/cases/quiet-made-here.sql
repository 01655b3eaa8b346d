create table t (a int primary key, b int);
create index t_b_idx on t (b);
drop index t_b_idx;
