create table logs (id bigint, at timestamptz, constraint there check (id is not null));
create unique index logs_pkey on logs (id);
-- migration
alter table logs add primary key using index logs_pkey;
