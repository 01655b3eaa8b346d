create table t (a int primary key, b int, c int);
create index t_b_c_idx on t (b, c);
create index t_b_idx on t (b);
