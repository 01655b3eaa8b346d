-- places rows=700000
create table places (id bigint primary key, spot point not null);
create index places_spot on places using gist (spot);
-- statement
select id from places where spot <@ circle '((0,0),5)';
