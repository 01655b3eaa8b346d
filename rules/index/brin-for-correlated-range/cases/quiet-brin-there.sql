-- metric rows=50000000 pages=400000 at.correlation=0.999
create table metric (id bigint not null, at timestamptz not null, sensor int not null, value float8 not null);
create index on metric using brin (at);
-- statement
select count(*) from metric where at > $1;
