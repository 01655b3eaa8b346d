-- parent rows=50000 updates=900
-- child rows=4000000 parent_id.distinct=50000
create table parent (id bigint primary key, name text);
create table child (id bigint primary key, parent_id bigint not null references parent);
-- expect exactly
refuse create index on public.child (parent_id)
