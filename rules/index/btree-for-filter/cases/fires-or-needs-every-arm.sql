-- message rows=3000000 sender.distinct=50000 receiver.distinct=50000
create table message (id bigint primary key, sender bigint not null, receiver bigint not null, body text);
-- statement
select * from message where sender = $1 or receiver = $1;
-- expect exactly
create index on public.message (sender);
create index on public.message (receiver)
