-- files rows=1760000
create table files (id bigint primary key, path text not null);
-- statement
select id from files where path like '%src%.org%';
