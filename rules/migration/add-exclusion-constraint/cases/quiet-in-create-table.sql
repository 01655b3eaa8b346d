create table bookings (id int primary key, during tsrange, exclude using gist (during with &&));
