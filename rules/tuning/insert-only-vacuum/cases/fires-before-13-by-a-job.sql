-- context postgres=12
-- log rows=50000000 inserts=40000000 allVisible=0.1
create table log (id bigint primary key, at timestamptz);
-- expect
note public.log
vacuum (freeze, analyze) public.log
