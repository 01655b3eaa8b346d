create table notes (id bigserial primary key);
