-- document rows=500000 kind.distinct=12 bytes.distinct=100000 body.width=900
create table document (id bigint primary key, kind int not null, bytes int not null, body text);
-- statement
select kind, sum(bytes) from document group by kind;
-- expect
create index on public.document (kind) include (bytes)
