-- bind 5
create table product (id int primary key, name text not null);
create table sale (id int primary key, product_id int, at timestamp not null, amount int);
insert into product select n, 'p' || n from generate_series(1, 8) n;
insert into sale select n, nullif(n % 10, 0), timestamp '2024-01-01' + n % 23 * interval '1 day', n % 5 from generate_series(1, 90) n;
-- statement
select * from sale left join product a on a.id = sale.product_id left join product b on b.id = sale.amount and b.name <> a.name order by sale.id desc limit $1;
-- expect
select * from (select * from sale order by sale.id desc limit $1) sale left join product a on a.id = sale.product_id left join product b on b.id = sale.amount and b.name <> a.name order by sale.id desc;
