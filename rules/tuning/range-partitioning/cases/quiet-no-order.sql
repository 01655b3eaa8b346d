-- reading rows=400000000 deletes=80000000 at.correlation=0.1
create table reading (id bigint not null, sensor int not null, at timestamptz not null, value float8);
-- statement calls=30 meanMs=90000
delete from reading where at < $1;
