-- payment rows=500000000 id.range=1..1200000000
create table payment (id int primary key, note text);
-- expect
warning public.payment.id
