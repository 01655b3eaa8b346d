-- bookings rows=900000
create table bookings (id bigint primary key, during tstzrange not null);
-- statement
select id from bookings where during && $1;
-- expect exactly
create index on public.bookings using spgist (during);
