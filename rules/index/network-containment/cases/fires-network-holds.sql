-- blocks rows=300000
create table blocks (id bigint primary key, net cidr not null);
-- statement
select id from blocks where net >>= '10.1.2.3';
-- expect exactly
create index on public.blocks using gist (net inet_ops);
create index on public.blocks using spgist (net);
