create table doc (id int primary key, owner int, title text);
create table share (doc_id int, person int);
insert into doc select n, nullif(n % 6, 0), 't' || n % 4 from generate_series(1, 60) n;
insert into share select n % 40, n % 9 from generate_series(1, 80) n;
-- statement
select title from doc where owner = 1 or id = 7;
