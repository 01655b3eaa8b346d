-- orders rows=2000000
create table orders (id bigint primary key, bucket int not null);
-- statement
select * from orders where bucket = floor(random() * 100)::int;
