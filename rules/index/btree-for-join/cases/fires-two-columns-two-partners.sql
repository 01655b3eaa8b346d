-- part rows=20000
-- supplier rows=10000
-- line rows=6000000 partkey.distinct=20000 suppkey.distinct=10000
create table part (partkey bigint primary key, size int);
create table supplier (suppkey bigint primary key, nation int);
create table line (id bigint primary key, partkey bigint not null, suppkey bigint not null, quantity int);
-- statement
select sum(quantity) from part p, supplier s, line l where l.partkey = p.partkey and l.suppkey = s.suppkey and p.size = $1 and s.nation = $2;
-- expect
create index on public.line (partkey);
create index on public.line (suppkey);
create index on public.line (partkey, suppkey)
