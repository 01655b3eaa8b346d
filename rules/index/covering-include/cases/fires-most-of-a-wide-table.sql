-- documents rows=800000 pages.distinct=400 pages.range=1..400 body.width=1200
create table documents (id bigint primary key, pages int not null, price float8, body text);
-- statement
select sum(price) from documents where pages > 100;
-- expect
create index on public.documents (pages) include (price)
