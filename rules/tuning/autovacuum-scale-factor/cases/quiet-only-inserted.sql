-- events rows=80000000 inserts=80000000 updates=100
create table events (id bigint primary key);
