create table log (id bigint not null, line text);
create unique index log_a on log (id);
create unique index log_b on log (id);
alter table log replica identity using index log_a;
alter table log cluster on log_b;
