create table t (id bigserial primary key);
alter table t add column n bigserial;
