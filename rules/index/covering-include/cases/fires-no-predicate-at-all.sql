-- document rows=500000 bytes.distinct=100000 body.width=900
create table document (id bigint primary key, bytes int not null, body text);
-- statement
select avg(bytes) from document;
-- expect exactly
create index on public.document (bytes)
