-- context standby=yes
-- checkpoints timed=100 requested=900
create table t (id int primary key);
