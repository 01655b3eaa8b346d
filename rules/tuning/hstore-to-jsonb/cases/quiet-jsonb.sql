-- model rows=40000
create table model (id bigint primary key, attributes jsonb);
