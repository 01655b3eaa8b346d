create table region (id int primary key, name text);
create table customer (id int primary key, region_id int, code text unique, name text);
insert into region select n, 'r' || n from generate_series(1, 5) n;
insert into customer select n, n % 6, nullif('c' || n % 7, 'c0') || n, 'n' || n % 3 from generate_series(1, 40) n;
-- statement
select distinct c.id, r.name from customer c join region r on r.id = c.region_id order by c.id;
-- expect
select c.id, r.name from customer c join region r on r.id = c.region_id order by c.id;
