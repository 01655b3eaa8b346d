-- assets rows=500000
create extension if not exists hstore;
create table assets (id bigint primary key, attributes hstore);
create index assets_attributes on assets using gin (attributes);
-- statement
select id from assets where attributes ?& array['color', 'size'];
