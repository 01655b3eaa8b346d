create table parent (id int primary key, kind text);
create table child (id int primary key, parent_id int not null references parent, other_id int references parent, loose_id int, late_id int references parent deferrable);
insert into parent select n, 'k' || n % 3 from generate_series(1, 10) n;
insert into child select n, n % 10 + 1, nullif(n % 4, 0), n % 20, n % 10 + 1 from generate_series(1, 50) n;
-- statement
select c.id from child c join parent p on p.id = c.parent_id where c.id > 10;
-- expect
select c.id from child c where c.id > 10;
