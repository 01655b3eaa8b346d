-- files rows=1760000
create table files (id bigint primary key, path text not null);
create index files_reversed on files (reverse(path) text_pattern_ops);
-- statement
select id from files where reverse(path) like 'gro.%';
