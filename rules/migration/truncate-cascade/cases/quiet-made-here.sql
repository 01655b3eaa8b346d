create table scratch (id int primary key);
truncate scratch cascade;
