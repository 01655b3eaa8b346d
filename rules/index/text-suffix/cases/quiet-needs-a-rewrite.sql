-- files rows=1760000
create table files (id bigint primary key, path text not null);
-- statement
select id from files where path like '%.org';
-- expect
refuse create index on public.files ((reverse(path)) text_pattern_ops);
