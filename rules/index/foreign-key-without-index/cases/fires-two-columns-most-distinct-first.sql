-- parent rows=50000 deletes=30
-- child rows=4000000 tenant.distinct=20 number.distinct=3000
create table parent (tenant int, number int, primary key (tenant, number));
create table child (id bigint primary key, tenant int, number int, foreign key (tenant, number) references parent);
create index on child (tenant);
-- expect exactly
create index on public.child (number, tenant)
