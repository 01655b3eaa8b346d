create table tag (id int primary key, name text);
insert into tag select n, nullif('n' || n % 5, 'n2') from generate_series(1, 40) n;
-- statement
select id from tag where name || '' = id::text;
