create temp table batch (id bigint primary key, part int);
create index on batch (part);
