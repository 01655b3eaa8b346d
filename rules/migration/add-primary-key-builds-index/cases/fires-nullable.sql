create table logs (id bigint, at timestamptz);
-- migration
alter table logs add primary key (id);
