--- statistics objects
create statistics pair on customer_id, status from orders;
create statistics lowered on (lower(note)) from orders;
alter statistics pair set statistics 200;
alter statistics pair rename to pairs;
--- publications
create publication feed for table orders;
alter publication feed add table customers;
alter publication feed drop table customers;
drop publication feed;
--- policies changed and gone
create policy own on orders using (true);
alter table orders enable row level security;
-- migration
alter policy own on orders using (customer_id = 1);
alter policy own on orders rename to mine;
-- expect enable-rls-or-policy-lock
--- words about other things @ 13-18
comment on index orders_status_placed_at_idx is 'for the list';
comment on constraint orders_number_key on orders is 'one each';
comment on type mood is 'feelings';
comment on schema public is 'all';
--- a sequence is owned @ 13-18
create sequence lines_seq;
alter sequence lines_seq owned by order_lines.line;
alter sequence lines_seq increment by 10;
alter sequence lines_seq as bigint;
--- parameters of an index
alter index orders_status_placed_at_idx set (fillfactor = 80);
alter index orders_status_placed_at_idx reset (fillfactor);
--- rows read and locked @ 13-18
select id from orders where id = 1 for update;
select count(*) from order_lines join orders on orders.id = order_lines.order_id;
insert into customers (id, email) select id, note from orders where id < 100;
with gone as (delete from order_lines where order_id = 1 returning order_id) select count(*) from gone;
with first as (select id from orders where id = 1) select customers.id from first join customers on customers.id = first.id for update;
select o.id from orders o join customers c on c.id = o.customer_id where o.id = 1 for update of o;
select c.id from customers c, (select order_id from order_lines where order_id = 1) l where c.id = l.order_id for share;
--- merged rows @ 15-18
merge into customers using orders on customers.id = orders.customer_id and orders.id < 100 when matched then update set region = orders.note;
--- merged rows that come back @ 17-18
with merged as (merge into customers using orders on customers.id = orders.customer_id and orders.id < 100 when matched then update set region = orders.note returning customers.id) select count(*) from merged;
--- view in use and its changes @ 13-18
create view open_orders as select id, status from orders;
-- migration
alter view open_orders alter column status set default 'new';
alter view open_orders set (security_barrier = true);
drop view open_orders;
--- owner and privileges @ 13-18

grant select on all tables in schema public to public;
revoke all on orders from public;
alter default privileges in schema public grant select on tables to public;
--- trigger renamed @ 13-18
create trigger touching before update on orders for each row execute function touch();
-- migration
alter trigger touching on orders rename to orders_touch;
--- key of replication @ 13-18
alter table orders replica identity using index orders_number_key;
--- inheritance @ 13-18
create table orders_old () inherits (orders);
alter table orders_old no inherit orders;
--- typed and unlogged new tables @ 13-18
create unlogged table scratchpad (id bigint primary key, note text);
create table scratchpad_copy as select * from scratchpad with no data;
alter table scratchpad_copy add primary key (id);
--- extension @ 13-18
create extension if not exists plpgsql;
