-- document rows=100000
create table document (id bigint primary key, embedding float8[]);
insert into document select i, array(select random() from generate_series(1, 64) g where i > 0) from generate_series(1, 50) i;
analyze document;
-- expect
note public.document.embedding
alter table public.document alter column "embedding" type real[] using "embedding"::real[]
