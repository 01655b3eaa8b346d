--- login without regard to case
-- runner: wrapped
create table accounts (id bigint primary key, email text not null, deleted_at timestamptz);
-- migration
-- TICKET-4711: people type their address in capitals
CREATE UNIQUE INDEX accounts_email_lower_uq ON accounts (lower(email)) WHERE deleted_at IS NULL;
COMMENT ON INDEX accounts_email_lower_uq IS 'login';
-- expect index-not-concurrent, expression-index-needs-analyze
--- a careful transaction around a concurrent build
BEGIN;
SET LOCAL lock_timeout = '5s';
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_orders_paid ON orders (paid_at);
COMMIT;
-- expect index-concurrently-in-transaction
--- what a linter told them to write
SET lock_timeout = '2s';
SET statement_timeout = '30min';
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_orders_paid ON public.orders USING btree (paid_at DESC NULLS LAST);
-- expect index-concurrently-retry-keeps-invalid, index-concurrently-short-lock-timeout
--- concurrent build on a partitioned table @ 13-18
CREATE INDEX CONCURRENTLY events_kind_at ON events (kind, at DESC);
-- expect index-concurrently-on-partitioned
--- bloat day
-- Run once by hand, see runbook
REINDEX (VERBOSE) TABLE orders;
-- expect reindex-not-concurrent
--- index that is a constraint
DROP INDEX IF EXISTS public.orders_number_key;
-- expect drop-index-backs-constraint
--- wider index beside its own beginning
CREATE INDEX CONCURRENTLY orders_customer_id_created_idx ON orders (customer_id, placed_at DESC) INCLUDE (total);
-- expect new-index-supersedes-existing
--- json document under a B-tree
CREATE INDEX CONCURRENTLY orders_payload_idx ON orders (payload);
-- expect index-wrong-access-method
--- default of a function of theirs
CREATE FUNCTION new_ref() RETURNS text LANGUAGE sql AS $$ SELECT substr(md5(random()::text), 1, 8) $$;
-- migration
ALTER TABLE customers
  ADD COLUMN IF NOT EXISTS referral_code text NOT NULL DEFAULT new_ref(),
  ADD COLUMN IF NOT EXISTS referred_by bigint;
-- expect add-column-volatile-default
--- search column and its index @ 13-18
ALTER TABLE customers ADD COLUMN search tsvector
  GENERATED ALWAYS AS (to_tsvector('english', coalesce(name, '') || ' ' || coalesce(email, ''))) STORED;
CREATE INDEX CONCURRENTLY customers_search_idx ON customers USING gin (search);
-- expect add-column-stored-generated
--- virtual column before 18 @ 13-17
ALTER TABLE customers ADD COLUMN email_lower text GENERATED ALWAYS AS (lower(email)) VIRTUAL;
-- expect newer-than-server
--- add, fill, require
-- runner: wrapped
ALTER TABLE orders ADD COLUMN channel text;
UPDATE orders SET channel = 'web';
ALTER TABLE orders ALTER COLUMN channel SET NOT NULL;
-- expect ddl-and-backfill-same-transaction, set-not-null-scan
--- required reference
create table warehouses (id bigint primary key);
-- migration
ALTER TABLE "orders" ADD COLUMN "warehouse_id" bigint NOT NULL REFERENCES "warehouses" ("id") ON DELETE RESTRICT;
-- expect add-column-required, add-column-inline-fk, fk-without-index
--- fractions of a piece
ALTER TABLE order_lines ALTER COLUMN quantity TYPE numeric(14, 3) USING quantity::numeric(14, 3);
-- expect type-change-rewrite
--- column under a report view @ 13-18
create view order_totals as select status, sum(total) as total from orders group by status;
-- migration
ALTER TABLE orders ALTER COLUMN status TYPE text;
-- expect type-change-blocked-by-dependents
--- primary key at last
create table tokens (token text, user_id bigint, primary_until timestamptz);
-- migration
CREATE UNIQUE INDEX CONCURRENTLY tokens_token_idx ON tokens (token);
ALTER TABLE tokens ADD CONSTRAINT tokens_pkey PRIMARY KEY USING INDEX tokens_token_idx;
-- expect primary-key-using-index-nullable
--- careful constraint in one file
-- runner: wrapped
ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total >= 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive;
-- expect validate-same-transaction
--- reference from a partitioned table @ 13-17
alter table events add column customer_id bigint;
create index on events (customer_id);
-- migration
ALTER TABLE events ADD CONSTRAINT events_customer_fk FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;
-- expect fk-not-valid-on-partitioned
--- no address twice
ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_email_uq UNIQUE NULLS NOT DISTINCT (email);
-- expect add-unique-builds-index
--- stricter domain
create table carts (id bigint primary key, pieces positive);
-- migration
ALTER DOMAIN positive ADD CONSTRAINT positive_max CHECK (VALUE < 100000);
-- expect alter-domain-validates
--- references go before a split of the database
ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_customer_id_fkey;
-- expect drop-fk-locks-parent
--- cleaning up old columns
ALTER TABLE orders
  DROP COLUMN IF EXISTS placed_at,
  DROP COLUMN IF EXISTS note;
-- expect drop-column, drop-column-drops-index
--- feature that was never used
DROP TABLE IF EXISTS order_lines;
-- expect drop-table, drop-table-locks-referenced
--- resetting staging data
TRUNCATE TABLE customers RESTART IDENTITY CASCADE;
-- expect truncate-cascade
--- new name with a view in the old place
-- runner: wrapped
ALTER TABLE customers RENAME COLUMN region TO country_code;
-- expect rename-column
--- value added and used @ 13-18
-- runner: wrapped
create table people (id int primary key, feels mood);
-- migration
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'great' AFTER 'ok';
UPDATE people SET feels = 'great' WHERE id < 100;
-- expect enum-value-used-in-same-transaction
--- next year's partition @ 13-18
CREATE TABLE IF NOT EXISTS events_2027 PARTITION OF events FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
-- expect create-partition-locks-parent
--- a filled table becomes a partition @ 13-18
ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
ALTER TABLE events DETACH PARTITION events_2025;
-- expect attach-partition-scan, detach-partition-blocking
--- dashboards every night
create materialized view daily as select date_trunc('day', paid_at) as day, sum(total) as total from orders group by 1;
-- migration
REFRESH MATERIALIZED VIEW CONCURRENTLY daily;
-- expect refresh-matview-needs-unique-index
--- tenants are kept apart
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
-- expect rls-without-policy
--- history by trigger
CREATE TRIGGER orders_touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE customers DISABLE TRIGGER ALL;
-- expect create-trigger-lock, disable-trigger
--- a block for every table
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['customers', 'orders'] LOOP
    EXECUTE format('ALTER TABLE %I ADD COLUMN tenant_id bigint', t);
  END LOOP;
END
$$;
-- expect dynamic-sql-opaque
--- reference guarded by a block, as an older Drizzle writes it
DO $$ BEGIN
 ALTER TABLE "order_lines" ADD CONSTRAINT "order_lines_customer_fk" FOREIGN KEY ("order_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;
EXCEPTION
 WHEN duplicate_object THEN null;
END $$;
-- expect dynamic-sql-opaque
--- forgotten end
BEGIN;
ALTER TABLE customers ADD COLUMN vip boolean NOT NULL DEFAULT false;
-- expect transaction-not-committed
--- import made fast
ALTER TABLE events_2026 SET UNLOGGED;
ALTER TABLE orders SET (autovacuum_enabled = off);
ALTER TABLE customers REPLICA IDENTITY FULL;
-- expect set-logged-or-unlogged, autovacuum-disabled, replica-identity-full
--- tables that will be regretted
CREATE TABLE notifications (id SERIAL PRIMARY KEY, body json, read_at timestamptz);
CREATE TABLE notification_log (notification_id int NOT NULL, sent_at timestamptz NOT NULL DEFAULT now());
-- expect prefer-bigint-key, json-column-type, create-table-without-primary-key
