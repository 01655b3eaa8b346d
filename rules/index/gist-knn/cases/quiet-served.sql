-- zones rows=700000
create table zones (id bigint primary key, area circle not null);
create index zones_area on zones using gist (area);
-- statement
select id from zones order by area <-> $1 limit 10;
