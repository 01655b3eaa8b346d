-- list rows=10000 updates=50000
create table list (id bigint primary key, member_ids bigint[]);
insert into list select i, array(select g from generate_series(1, 500) g) from generate_series(1, 50) i;
analyze list;
-- statement calls=50000
update list set member_ids = member_ids || $1::bigint where id = $2;
-- expect
note public.list.member_ids
