-- reading rows=400000000 inserts=90000000 deletes=80000000 at.correlation=0.999 at.range=2025-01-01..2025-12-31
create table sensor (id int primary key);
create table reading (id bigint generated always as identity primary key, sensor int not null references sensor, at timestamptz not null, value float8);
create index reading_sensor on reading (sensor, at desc);
-- statement calls=30 meanMs=90000
delete from reading where at < $1;
-- statement calls=3000 meanMs=20
select avg(value) from reading where sensor = $1 and at >= $2;
-- expect
note public.reading.at
create table public.reading_partitioned (like public.reading including defaults including constraints including generated including storage) partition by range (at);
create table public.reading_p2026_02 partition of public.reading_partitioned for values from ('2026-02-01 00:00:00+00') to ('2026-03-01 00:00:00+00');
create table public.reading_p2026_03 partition of public.reading_partitioned for values from ('2026-03-01 00:00:00+00') to ('2026-04-01 00:00:00+00');
create table public.reading_p2026_04 partition of public.reading_partitioned for values from ('2026-04-01 00:00:00+00') to ('2026-05-01 00:00:00+00');
create index on public.reading_partitioned using btree (sensor, at desc);
alter table public.reading_partitioned add foreign key (sensor) references public.sensor(id);
create unique index on public.reading_partitioned (id, at);
create unique index concurrently reading_pkey_parted on public.reading (id, at)
