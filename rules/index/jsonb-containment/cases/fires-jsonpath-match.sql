-- events rows=3000000
create table events (id bigint primary key, "Payload" jsonb);
-- statement
select id from events where "Payload" @@ '$.kind == "error"';
-- expect exactly
create index on public.events using gin ("Payload" jsonb_path_ops);
