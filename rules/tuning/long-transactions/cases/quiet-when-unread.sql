-- unread sessions=yes
create table t (id int primary key);
