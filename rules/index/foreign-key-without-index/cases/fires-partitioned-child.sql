-- parent rows=50000 deletes=30
-- child_1 rows=4000000 parent_id.distinct=50000
create table parent (id bigint primary key, name text);
create table child (id bigint, parent_id bigint references parent) partition by hash (id);
create table child_1 partition of child for values with (modulus 1, remainder 0);
-- expect exactly
create index on public.child (parent_id)
