-- message rows=3000000 sender.distinct=50000
create table message (id bigint primary key, sender bigint not null, body text);
-- statement
select * from message where sender = $1 or body like '%' || $2;
