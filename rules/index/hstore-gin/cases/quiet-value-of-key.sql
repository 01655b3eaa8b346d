-- assets rows=500000
create extension if not exists hstore;
create table assets (id bigint primary key, attributes hstore);
-- statement
select id from assets where attributes -> 'color' = 'red';
