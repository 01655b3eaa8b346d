-- parent rows=50000 deletes=1200
-- child rows=40
create table parent (id bigint primary key, name text);
create table child (id bigint primary key, parent_id bigint not null references parent);
