-- list rows=10000 updates=50000
create table list (id bigint primary key, member_ids bigint[], seen int);
insert into list select i, array(select g from generate_series(1, 500) g), 0 from generate_series(1, 50) i;
analyze list;
-- statement calls=50000
update list set seen = seen + 1 where id = $1;
