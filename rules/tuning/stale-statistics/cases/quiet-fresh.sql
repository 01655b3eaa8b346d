-- orders rows=1000000 live=1000000 modified=90000 lastAnalyzeDays=1
create table orders (id bigint primary key, status text);
