-- parent rows=50000 deletes=30
-- child rows=4000000
create table parent (tenant int, number int, primary key (tenant, number));
create table child (number int, tenant int, line int, primary key (number, tenant, line), foreign key (tenant, number) references parent);
