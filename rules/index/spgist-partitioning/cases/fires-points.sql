-- places rows=700000
create table places (id bigint primary key, spot point not null);
-- statement
select id from places where spot <@ box '((0,0),(10,10))';
-- expect exactly
create index on public.places using spgist (spot);
create index on public.places using spgist (spot kd_point_ops);
