-- parent rows=50000 deletes=30
-- child rows=4000000 parent_id.nulls=0.9
create table parent (id bigint primary key, name text);
create table child (id bigint primary key, parent_id bigint references parent);
create index on child (parent_id) where parent_id is not null;
