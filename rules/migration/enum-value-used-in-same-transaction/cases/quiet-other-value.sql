create table people (id int primary key, feels mood);
-- migration
begin;
alter type mood add value 'happy';
update people set feels = 'ok' where id = 1;
commit;
