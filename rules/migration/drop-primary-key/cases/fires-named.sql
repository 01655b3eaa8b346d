create table logs (id bigint primary key);
-- migration
alter table logs drop constraint logs_pkey;
