alter table customers add column weight int;
create table copies (id bigint primary key);
insert into copies select id from orders;
