create extension hstore;
-- model rows=40000
create table model (id bigint primary key, attributes hstore);
-- expect
note public.model.attributes
