-- parent rows=50000 deletes=1200
-- child rows=4000000 parent_id.distinct=50000
create table parent (id bigint primary key, name text);
create table child (id bigint primary key, parent_id bigint not null references parent on delete cascade);
-- expect exactly
create index on public.child (parent_id)
