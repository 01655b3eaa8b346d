--- widen several at once
ALTER TABLE "public"."orders" ALTER COLUMN "status" TYPE character varying(255), ALTER COLUMN total TYPE numeric(12, 2);
--- varchar with length to varchar without @ 13-18
alter table customers alter column name type varchar;
--- varchar to varchar of the same length
alter table customers alter column name set data type varchar(40);
--- text to varchar without length on an unindexed column
alter table customers alter column region type varchar;
--- cast-only using to the same type family
alter table customers alter column name type text using (name)::text;
--- timestamptz to timestamp in UTC @ 13-18
set time zone 'UTC';
alter table orders alter column paid_at type timestamp;
--- interval gets full precision
create table spans (id int primary key, took interval(3));
-- migration
alter table spans alter column took type interval;
--- bit varying grows
create table flags (id int primary key, bits varbit(8));
-- migration
alter table flags alter column bits type varbit(64);
--- timestamptz precision up
create table marks (id int primary key, at timestamptz(0));
-- migration
alter table marks alter column at type timestamptz(3);
--- int to oid unindexed
create table refs (id int primary key, target int);
-- migration
alter table refs alter column target type oid;
--- constant defaults of many types @ 13-18
alter table orders add column a int not null default 0, add column b text default '', add column c boolean not null default false,
  add column d jsonb not null default '{}', add column e text[] not null default '{}', add column f numeric default 1.5, add column g mood default 'ok';
--- stable defaults @ 13-18
alter table orders add column at timestamptz not null default current_timestamp, add column by_whom text default current_user, add column day date default current_date;
--- default with a cast and arithmetic
alter table orders add column until timestamptz not null default now() + interval '30 days', add column n int default (2 + 3)::int;
--- default of an immutable function
alter table orders add column digest text not null default md5('x');
--- default null written out
alter table orders add column memo text default null;
--- volatile default only for new rows
alter table orders add column public_id uuid;
alter table orders alter column public_id set default gen_random_uuid();
--- new table with everything @ 13-18
create table invoices (
  id bigint generated always as identity primary key,
  order_id bigint not null unique references orders (id) on delete cascade,
  code uuid not null default gen_random_uuid(),
  amount numeric not null check (amount >= 0),
  label text generated always as (upper('x'::text)) stored
);
create index on invoices (amount);
create unique index invoices_code_idx on invoices (code);
alter table invoices add constraint invoices_amount_max check (amount < 1000000);
alter table invoices alter column amount type bigint;
alter table invoices add column extra uuid not null default gen_random_uuid();
alter table invoices alter column extra drop default;
--- new table in a transaction with foreign key and index
begin;
create table invoices (id bigint primary key, customer_id bigint not null);
create index invoices_customer_id_idx on invoices (customer_id);
alter table invoices add constraint invoices_customer_fk foreign key (customer_id) references customers (id);
insert into invoices (id, customer_id) select id, id from customers where id < 10;
update invoices set customer_id = customer_id;
commit;
--- safe not null recipe before 18 @ 13-17
alter table customers add constraint customers_email_nn check (email is not null) not valid;
alter table customers validate constraint customers_email_nn;
alter table customers alter column email set not null;
alter table customers drop constraint customers_email_nn;
--- not null recipe of 18
alter table customers add constraint customers_email_nn not null email not valid;
alter table customers validate constraint customers_email_nn;
--- safe foreign key recipe @ 13-18
alter table orders add column agent_id bigint;
create index concurrently orders_agent_id_idx on orders (agent_id) where agent_id is not null;
alter table orders add constraint orders_agent_fk foreign key (agent_id) references customers (id) not valid;
alter table orders validate constraint orders_agent_fk;
--- safe unique recipe @ 13-18
create unique index concurrently customers_email_key on customers (email);
alter table customers add constraint customers_email_key unique using index customers_email_key;
--- safe check recipe under a wrapping tool, first file
-- runner: wrapped
alter table orders add constraint number_positive check (number > 0) not valid;
--- safe check recipe under a wrapping tool, second file
-- runner: wrapped
alter table orders add constraint number_positive check (number > 0) not valid;
-- migration
alter table orders validate constraint number_positive;
--- replace a primary key by an index built before
create table logs (id bigint not null, at timestamptz);
-- migration
create unique index concurrently logs_id_idx on logs (id);
alter table logs add constraint logs_pkey primary key using index logs_id_idx;
--- attach with proof
create table parts (id int, region text not null) partition by list (region);
create table parts_eu (id int, region text not null, constraint eu check (region in ('de', 'fr')));
-- migration
alter table parts attach partition parts_eu for values in ('de', 'fr');
--- attach a table made here
create table events_2027 (like events including all);
insert into events_2027 values ('2027-05-05', 'x', null);
alter table events attach partition events_2027 for values from ('2027-01-01') to ('2028-01-01');
--- detach concurrently and drop later @ 14-18
alter table events detach partition events_2025 concurrently;
--- index on a partition
create index concurrently events_2025_kind_idx on events_2025 (kind);
--- attach a partition's index
create index events_kind_idx on only events (kind);
create index concurrently events_2025_kind_idx on events_2025 (kind);
alter index events_kind_idx attach partition events_2025_kind_idx;
--- enum value in its own file @ 13-18
alter type mood add value if not exists 'happy';
--- enum made and used in one transaction
begin;
create type size as enum ('s', 'm');
alter table orders add column size size not null default 's';
commit;
--- views and functions
create or replace view order_totals as select customer_id, sum(total) as total from orders group by customer_id;
create or replace function f(n int) returns int language sql immutable as 'select n + 1';
comment on table orders is 'orders of customers';
grant select on orders to public;
--- rename of an index and a constraint
alter index orders_customer_id_idx rename to orders_customer_idx;
alter table orders rename constraint orders_number_key to orders_number_unique;
--- column defaults and statistics
alter table orders alter column note set default 'none', alter column status set statistics 500, alter column note set storage external;
alter table orders set (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01);
--- owner and comment
alter table orders owner to current_user;
--- sequence and schema
create schema if not exists audit;
create sequence audit.ticket_seq;
alter sequence audit.ticket_seq cache 10;
--- update by key
update orders set note = 'checked' where id = 17;
delete from order_lines where order_id = 17 and line = 1;
--- update in a keyed batch
update orders set note = 'x' where id in (select id from orders where note is null order by id limit 1000);
--- insert of constants
insert into customers (id, email) values (1, 'a@example.com'), (2, 'b@example.com') on conflict (id) do nothing;
--- temporary table
create temporary table batch as select id from orders where status = 'open';
create index on batch (id);
update batch set id = id + 1;
drop table batch;
--- table dropped that was made here
create table staging (id bigint primary key);
truncate staging;
drop table staging cascade;
--- drop view and drop function
create view v as select 1 as one;
create function g() returns int language sql as 'select 1';
-- migration
drop view v;
drop function g();
--- drop index if it is not there
drop index if exists no_such_index;
drop table if exists no_such_table;
alter table if exists orders drop column if exists no_such_column;
--- concurrent maintenance
reindex index concurrently orders_customer_id_idx;
vacuum (analyze) orders;
analyze customers;
--- rename with a view in its place
begin;
set local lock_timeout = '2s';
alter table customers rename to people;
create view customers as select * from people;
commit;
--- transaction with savepoint
begin;
savepoint a;
alter table orders add column weight int;
rollback to savepoint a;
release savepoint a;
commit;
--- do block that makes a type once
do $$ begin
  create type size as enum ('s', 'm', 'l');
exception when duplicate_object then null;
end $$;
--- partial index that no other covers
create index concurrently if not exists x on orders (id) where false;
-- expect index-concurrently-retry-keeps-invalid
--- set logged on a logged table
alter table orders set logged;
--- generated virtual
alter table orders add column gross numeric generated always as (total * 1.2) virtual;
--- domain constraint not valid
create table boxes (id bigint primary key, size positive);
-- migration
alter domain positive add constraint small check (value < 1000) not valid;
--- domain without constraint
alter table orders add column tag label not null default 'x';
--- large tables and metadata-only changes
-- orders rows=500000000
-- customers rows=100000000
-- migration
alter table orders add column a int, add column b boolean not null default true;
alter table orders alter column note drop default;
alter table customers alter column name type varchar(80);
--- cluster mark without the work
alter table orders cluster on orders_customer_id_idx;
--- identity added to a column that is there
alter table customers alter column id add generated always as identity;
--- comments hide nothing
-- alter table orders alter column number type bigint;
/* create index on orders (note); */
alter table orders add column weight int;
--- quoted and mixed-case names
create table "Sales Orders" ("Id" bigint primary key, "Customer" bigint);
create index "Sales Orders_Customer" on "Sales Orders" ("Customer");
alter table "Sales Orders" alter column "Customer" set not null;
--- check already proven for a primary key
alter table order_lines alter column line set not null;
--- text alone: safe by form @ 13-18
-- text alone
set lock_timeout = '3s';
alter table users add column nickname text;
alter table users add column active boolean not null default true;
set lock_timeout = 0;
create index concurrently users_nickname_idx on users (nickname);
alter table users add constraint nick check (length(nickname) < 40) not valid;
alter table users validate constraint nick;
