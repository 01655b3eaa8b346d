-- postgres: 15
create table logs (id bigint, at timestamptz);
-- migration
create unique index concurrently logs_pkey on logs (id);
alter table logs add primary key using index logs_pkey;
