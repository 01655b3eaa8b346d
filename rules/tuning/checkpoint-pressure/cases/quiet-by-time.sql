-- checkpoints timed=5000 requested=25
create table t (id int primary key);
