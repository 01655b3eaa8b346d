create extension hstore;
-- model rows=40000
create table model (id bigint primary key, attributes hstore);
-- expect
note public.model.attributes
alter table public.model alter column "attributes" type jsonb using hstore_to_jsonb("attributes")
