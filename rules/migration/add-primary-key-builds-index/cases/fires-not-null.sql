create table logs (id bigint not null, at timestamptz);
-- migration
alter table logs add constraint logs_pkey primary key (id);
