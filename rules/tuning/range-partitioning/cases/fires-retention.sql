-- reading rows=400000000 inserts=90000000 deletes=80000000 at.correlation=0.999
create table reading (id bigint not null, sensor int not null, at timestamptz not null, value float8);
-- statement calls=30 meanMs=90000
delete from reading where at < $1;
-- statement calls=3000 meanMs=20
select avg(value) from reading where sensor = $1 and at >= $2;
-- expect
note public.reading.at
create table public.reading_partitioned (like public.reading including defaults including constraints including generated including storage) partition by range (at)
