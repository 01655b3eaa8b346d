-- list rows=10000 updates=50000
create table list (id bigint primary key, member_ids bigint[]);
insert into list select i, array[1, 2, 3] from generate_series(1, 50) i;
analyze list;
-- statement calls=50000
update list set member_ids = member_ids || $1::bigint where id = $2;
