-- bookings rows=900000
create table bookings (id bigint primary key, during tstzrange not null);
create index bookings_during on bookings using spgist (during);
-- statement
select id from bookings where during && $1;
