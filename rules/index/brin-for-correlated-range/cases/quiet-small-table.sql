-- metric rows=20000 pages=160 at.correlation=1
create table metric (id bigint not null, at timestamptz not null, sensor int not null, value float8 not null);
-- statement
select count(*) from metric where at > $1;
