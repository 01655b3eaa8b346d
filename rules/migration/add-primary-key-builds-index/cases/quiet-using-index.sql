create table logs (id bigint not null, at timestamptz);
-- migration
create unique index concurrently logs_pkey on logs (id);
alter table logs add constraint logs_pkey primary key using index logs_pkey;
