-- payment rows=1000 id.range=1..19000
create table payment (id int primary key, note text);
