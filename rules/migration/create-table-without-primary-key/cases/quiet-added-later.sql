create table notes (id bigint not null, body text);
alter table notes add primary key (id);
