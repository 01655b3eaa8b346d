create table line (order_id bigint, number int, primary key (order_id, number));
create index line_order on line (order_id desc);
-- expect exactly
drop index public.line_order
