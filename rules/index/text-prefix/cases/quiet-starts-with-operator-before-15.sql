-- context postgres=14
-- pages_seen rows=2000000
create table pages_seen (id bigint primary key, path text not null);
-- statement
select id from pages_seen where path ^@ '/docs/';
