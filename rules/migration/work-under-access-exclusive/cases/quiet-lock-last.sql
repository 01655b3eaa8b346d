begin;
create table copies (id bigint primary key);
insert into copies select id from orders;
alter table customers add column weight int;
commit;
