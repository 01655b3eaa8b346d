-- places rows=700000
create table places (id bigint primary key, spot point not null);
-- statement
select id from places order by spot <-> $1 desc limit 10;
