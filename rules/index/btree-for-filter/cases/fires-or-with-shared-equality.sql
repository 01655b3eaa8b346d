-- message rows=3000000 tenant.distinct=50 sender.distinct=50000 receiver.distinct=50000
create table message (id bigint primary key, tenant int not null, sender bigint not null, receiver bigint not null, body text);
-- statement
select * from message where tenant = $1 and (sender = $2 or receiver = $2);
-- expect
create index on public.message (sender);
create index on public.message (receiver);
create index on public.message (tenant, sender);
create index on public.message (tenant, receiver)
