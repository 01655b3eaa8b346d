create table scratch (id int primary key);
create view scratch_ids as select id from scratch;
drop table scratch cascade;
