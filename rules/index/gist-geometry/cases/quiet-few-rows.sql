-- places rows=50
create table places (id bigint primary key, spot point not null);
-- statement
select id from places where spot <@ circle '((0,0),5)';
