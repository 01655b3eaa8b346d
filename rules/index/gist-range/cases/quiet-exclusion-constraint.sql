-- bookings rows=900000
create table bookings (id bigint primary key, during tstzrange not null, exclude using gist (during with &&));
-- statement
select id from bookings where during && $1;
