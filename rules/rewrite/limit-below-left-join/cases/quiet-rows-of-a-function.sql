create table product (id int primary key, name text not null);
create table sale (id int primary key, product_id int, at timestamp not null, amount int);
insert into product select n, 'p' || n from generate_series(1, 8) n;
insert into sale select n, nullif(n % 10, 0), timestamp '2024-01-01' + n % 23 * interval '1 day', n % 5 from generate_series(1, 90) n;
-- statement
select s.id, generate_series(1, 3), p.name from sale s left join product p on p.id = s.product_id order by s.id limit 5;
