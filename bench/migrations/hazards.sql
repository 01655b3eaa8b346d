--- upper case and qualified
CREATE INDEX IF NOT EXISTS "orders_note_idx" ON "public"."orders" USING btree ("note");
-- expect index-not-concurrent
--- index on a table of an earlier file under Prisma
-- runner: wrapped
CREATE UNIQUE INDEX "customers_email_key" ON "customers"("email");
-- expect index-not-concurrent
--- volatile among constants
alter table orders add column a int default 0, add column b uuid default gen_random_uuid();
-- expect add-column-volatile-default
--- volatile inside an expression
alter table orders add column slot int not null default (random() * 100)::int;
-- expect add-column-volatile-default
--- timeofday and nextval @ 13-18
create sequence s;
-- migration
alter table orders add column a text default timeofday();
alter table customers add column n bigint default nextval('s');
-- expect add-column-volatile-default
--- smallserial
alter table orders add column n smallserial;
-- expect add-column-serial-or-identity
--- key type of a referenced table
create table tickets (id int primary key);
create table replies (id int primary key, ticket_id int references tickets (id));
create index on replies (ticket_id);
-- migration
alter table tickets alter column id type bigint;
-- expect type-change-rewrite
--- foreign key column
create table tickets (id int primary key);
create table replies (id int primary key, ticket_id int references tickets (id));
create index on replies (ticket_id);
-- migration
alter table replies alter column ticket_id type bigint;
-- expect type-change-rewrite
--- varchar to shorter
alter table customers alter column name type varchar(10);
-- expect type-change-rewrite, type-narrowing-may-fail
--- char to text
create table codes (id int primary key, code char(4));
-- migration
alter table codes alter column code type text;
-- expect type-change-rewrite
--- json to jsonb
create table docs (id int primary key, body json);
-- migration
alter table docs alter column body type jsonb;
-- expect type-change-rewrite
--- text array to varchar array
alter table orders alter column tags type varchar[];
-- expect type-change-rewrite
--- enum to text
create table people (id int primary key, feels mood);
-- migration
alter table people alter column feels type text;
-- expect type-change-rewrite
--- numeric to fewer digits before the point
alter table orders alter column total type numeric(8, 2);
-- expect type-change-rewrite, type-narrowing-may-fail
--- precision down
create table marks (id int primary key, at timestamptz(6));
-- migration
alter table marks alter column at type timestamptz(0);
-- expect type-change-rewrite
--- timestamp to timestamptz outside UTC
set timezone to 'America/New_York';
alter table orders alter column placed_at type timestamptz;
-- expect type-change-rewrite
--- timestamp to timestamptz with AT TIME ZONE
set timezone to 'UTC';
alter table orders alter column placed_at type timestamptz using placed_at at time zone 'UTC';
-- expect type-change-rewrite
--- to a constrained domain
alter table order_lines alter column line type positive;
-- expect type-change-rewrite
--- int to oid indexed
create table refs (id int primary key, target int);
create index on refs (target);
-- migration
alter table refs alter column target type oid;
-- expect type-change-index-rebuild
--- wider varchar in an expression index
create table names (id int primary key, name varchar(10));
create index on names (lower(name));
-- migration
alter table names alter column name type varchar(20);
-- expect type-change-index-rebuild
--- not null in several columns
alter table customers alter column email set not null, alter column region set not null;
-- expect set-not-null-scan
--- not null on a partitioned table
alter table events alter column kind set not null;
-- expect set-not-null-scan
--- not null with a check that is not validated
alter table customers add constraint nn check (email is not null) not valid;
-- migration
alter table customers alter column email set not null;
-- expect set-not-null-scan
--- check on a partitioned table
alter table events add constraint kinds check (kind <> '');
-- expect add-check-validates
--- foreign key and index in one file
alter table order_lines add constraint lines_customer foreign key (order_id) references customers (id);
-- expect add-fk-validates
--- foreign key to itself
alter table customers add column parent_id bigint;
alter table customers add constraint parent foreign key (parent_id) references customers (id);
-- expect add-fk-validates, fk-without-index
--- primary key on nullable columns
create table logs (id bigint, at timestamptz);
-- migration
alter table logs add constraint logs_pkey primary key (id);
-- expect add-primary-key-builds-index
--- exclusion
create table bookings (room int, during tsrange);
-- migration
alter table bookings add constraint free exclude using gist (during with &&);
-- expect add-exclusion-constraint
--- drop a referencing table
drop table if exists public.order_lines;
-- expect drop-table, drop-table-locks-referenced
--- drop two
drop table order_lines, events_2026 cascade;
-- expect drop-cascade, drop-table, drop-table-locks-referenced
--- drop a column with an index of its own and more
alter table orders drop column if exists status;
-- expect drop-column, drop-column-drops-index
--- rename column and table
alter table orders rename column total to amount;
alter table orders rename to purchases;
-- expect rename-column, rename-table
--- truncate one that others refer to
truncate table customers restart identity cascade;
-- expect truncate-cascade
--- default partition there
create table events_rest partition of events default;
-- migration
create table events_2027 partition of events for values from ('2027-01-01') to ('2028-01-01');
-- expect create-partition-locks-parent
--- attach without proof
create table parts (id int, region text) partition by list (region);
create table parts_eu (id int, region text, constraint eu check (region in ('de', 'fr', 'it')));
-- migration
alter table parts attach partition parts_eu for values in ('de', 'fr');
-- expect attach-partition-scan
--- attach with a check but nulls
create table parts (id int, region text) partition by list (region);
create table parts_eu (id int, region text, constraint eu check (region in ('de', 'fr')));
-- migration
alter table parts attach partition parts_eu for values in ('de', 'fr');
-- expect attach-partition-scan
--- detach @ 13-18
alter table events detach partition events_2025;
-- expect detach-partition-blocking
--- virtual column before 18 @ 13-17
alter table orders add column gross numeric generated always as (total * 1.2) virtual;
-- expect newer-than-server
--- fk not valid on partitioned @ 13-17
alter table events add column customer_id bigint;
create index on only events (customer_id);
alter table events add constraint c foreign key (customer_id) references customers (id) not valid;
-- expect fk-not-valid-on-partitioned
--- fk not valid on partitioned since 18
alter table events add column customer_id bigint;
create index on only events (customer_id);
alter table events add constraint c foreign key (customer_id) references customers (id) not valid;
--- concurrently under goose in a transaction
-- runner: wrapped
create index concurrently orders_note_idx on orders (note);
-- expect index-concurrently-in-transaction
--- concurrently in a file with BEGIN
begin;
alter table orders add column weight int;
create index concurrently orders_weight_idx on orders (weight);
commit;
-- expect index-concurrently-in-transaction
--- short timeout before a concurrent build
set lock_timeout = '4s';
set statement_timeout = 0;
alter table orders add column weight int;
create index concurrently if not exists orders_weight_idx on orders (weight);
-- expect index-concurrently-retry-keeps-invalid, index-concurrently-short-lock-timeout
--- backfill in the same transaction
-- runner: wrapped
alter table orders add column state text;
update orders set state = coalesce(status, 'new');
alter table orders alter column state set not null;
-- expect ddl-and-backfill-same-transaction, set-not-null-scan
--- delete all with a constant condition
delete from order_lines where 1 = 1;
-- expect delete-all-rows
--- validate with the lock still held
begin;
alter table orders add constraint pos check (number > 0) not valid;
alter table orders validate constraint pos;
commit;
-- expect validate-same-transaction
--- commit forgotten
begin;
update orders set note = 'x' where id = 1;
-- expect transaction-not-committed
--- lock by hand
begin;
lock table orders, customers in exclusive mode;
commit;
-- expect explicit-lock-table
--- autovacuum off
alter table orders set (autovacuum_enabled = off);
-- expect autovacuum-disabled
--- vacuum full of two
vacuum full verbose orders, customers;
-- expect vacuum-full-or-cluster
--- refresh
create materialized view totals as select customer_id, count(*) as n from orders group by 1;
create unique index on totals (customer_id);
-- migration
refresh materialized view totals;
-- expect refresh-matview-blocking
--- domain not null
create table boxes (id bigint primary key, size positive);
create table crates (id bigint primary key, size positive);
-- migration
alter domain positive set not null;
-- expect alter-domain-validates
--- enum value used as a default
begin;
alter type mood add value 'calm';
alter table customers add column feels mood default 'calm';
commit;
-- expect enum-value-used-in-same-transaction
--- rename of an enum value
alter type mood rename value 'sad' to 'unhappy';
-- expect rename-enum-value
--- unlogged
create table cache (id bigint primary key);
-- migration
alter table cache set unlogged;
-- expect set-logged-or-unlogged
--- inline unique and check
alter table orders add column slug text unique check (slug <> '');
-- expect add-column-inline-check, add-column-inline-unique
--- inline reference with default
alter table orders add column agent_id bigint not null default 1 references customers (id);
-- expect add-column-inline-fk, fk-without-index
--- required column and its backfill too late
alter table orders add column weight int not null;
-- expect add-column-required
--- disable triggers for a load
alter table orders disable trigger all;
-- expect disable-trigger
--- row security without policy
alter table orders enable row level security;
-- expect rls-without-policy
--- replica identity
alter table orders replica identity full;
-- expect replica-identity-full
--- prefix index
create index concurrently on orders (status);
-- expect redundant-index
--- b-tree on jsonb
create index concurrently on orders (payload);
-- expect index-wrong-access-method
--- text alone: everything at once @ 13-18
-- text alone
create index users_name on users (name);
alter table users alter column age type bigint;
alter table users alter column name set not null;
alter table users add constraint adult check (age >= 18);
alter table users drop column legacy;
update users set name = 'x';
-- expect add-check-validates, drop-column, index-not-concurrent, set-not-null-scan, type-change-rewrite, update-all-rows
