-- files rows=1760000
create table files (id bigint primary key, path text not null);
-- statement
select f.id from files f where reverse(f.path) like 'gro.%';
-- expect exactly
create index on public.files ((reverse(path)) text_pattern_ops);
