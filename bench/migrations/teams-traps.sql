--- audit table as a team writes it @ 13-18
-- runner: wrapped
CREATE TABLE IF NOT EXISTS audit_log (
  id bigserial PRIMARY KEY,
  actor text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  change jsonb NOT NULL DEFAULT '{}'::jsonb
);
CREATE INDEX IF NOT EXISTS audit_log_at_idx ON audit_log USING brin (at);
CREATE INDEX IF NOT EXISTS audit_log_actor_idx ON audit_log (actor, at DESC);
CREATE INDEX IF NOT EXISTS audit_log_change_idx ON audit_log USING gin (change jsonb_path_ops);
--- several harmless parts in one command
ALTER TABLE orders
  ADD COLUMN archived_at timestamptz,
  ADD COLUMN archived_by text,
  ALTER COLUMN note SET DEFAULT '',
  ALTER COLUMN total DROP DEFAULT;
--- copy of a table's shape
CREATE TABLE orders_2024 (LIKE orders INCLUDING ALL);
--- NOT NULL the long way @ 13-18
ALTER TABLE customers ADD CONSTRAINT customers_email_present CHECK (email IS NOT NULL) NOT VALID;
ALTER TABLE customers VALIDATE CONSTRAINT customers_email_present;
ALTER TABLE customers ALTER COLUMN email SET NOT NULL;
ALTER TABLE customers DROP CONSTRAINT customers_email_present;
--- NOT NULL the way of 18
ALTER TABLE customers ADD CONSTRAINT customers_email_nn NOT NULL email NOT VALID;
ALTER TABLE customers VALIDATE CONSTRAINT customers_email_nn;
--- partitioned index the long way @ 13-18
CREATE INDEX events_kind_idx ON ONLY events (kind);
CREATE INDEX CONCURRENTLY events_2025_kind_idx ON events_2025 (kind);
ALTER INDEX events_kind_idx ATTACH PARTITION events_2025_kind_idx;
--- one batch
UPDATE orders SET status = 'shipped' WHERE id BETWEEN 1 AND 5000 AND status = 'sent';
--- lookup table with its rows
-- runner: wrapped
CREATE TABLE countries (code text PRIMARY KEY, name text NOT NULL);
INSERT INTO countries (code, name) VALUES ('de', ' Germany'), ('fr', 'France ');
UPDATE countries SET name = trim(name);
ALTER TABLE countries ADD CONSTRAINT code_is_short CHECK (length(code) = 2);
DELETE FROM countries;
--- new value alone @ 13-18
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'great' AFTER 'ok';
--- type and table that uses it as default @ 13-18
BEGIN;
CREATE TYPE ticket_state AS ENUM ('open', 'closed');
CREATE TABLE tickets (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, state ticket_state NOT NULL DEFAULT 'open');
CREATE INDEX ON tickets (state) WHERE state = 'open';
COMMIT;
--- type made unless it is there
DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'ticket_state') THEN
    CREATE TYPE ticket_state AS ENUM ('open', 'closed');
  END IF;
END $$;
--- type made unless it is there, by exception
DO $$ BEGIN
 CREATE TYPE "public"."ticket_state" AS ENUM('open', 'closed');
EXCEPTION
 WHEN duplicate_object THEN null;
END $$;
--- reference of a new table guarded by a block
CREATE TABLE "likes" ("id" bigint PRIMARY KEY, "note_id" bigint);
DO $$ BEGIN
 ALTER TABLE "likes" ADD CONSTRAINT "likes_self_fk" FOREIGN KEY ("note_id") REFERENCES "likes"("id");
EXCEPTION
 WHEN duplicate_object THEN null;
END $$;
CREATE INDEX likes_note_idx ON likes (note_id);
--- a new trigger function on a new table
CREATE TABLE drafts (id bigint PRIMARY KEY, body text, updated_at timestamptz);
CREATE OR REPLACE FUNCTION set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END $$;
CREATE TRIGGER drafts_updated BEFORE UPDATE ON drafts FOR EACH ROW EXECUTE FUNCTION set_updated_at();
--- privileges and words @ 13-18
GRANT SELECT, INSERT ON orders TO public;
REVOKE UPDATE ON customers FROM public;
COMMENT ON TABLE orders IS 'what was bought';
COMMENT ON COLUMN orders.total IS 'gross; 50% of it''s "net"';
--- longer and of the same family @ 13-18
ALTER TABLE orders ALTER COLUMN note TYPE text USING note::text, ALTER COLUMN total TYPE numeric(14, 2);
ALTER TABLE customers ALTER COLUMN name TYPE varchar(255);
--- view replaced
create view open_orders as select id, customer_id from orders where status = 'open';
-- migration
CREATE OR REPLACE VIEW open_orders AS SELECT id, customer_id, total FROM orders WHERE status = 'open';
--- temporary work table
-- runner: wrapped
CREATE TEMPORARY TABLE moved (id bigint) ON COMMIT DROP;
INSERT INTO moved VALUES (1), (2), (3);
CREATE INDEX ON moved (id);
UPDATE orders SET status = 'moved' FROM moved WHERE orders.id = moved.id;
--- better estimates
ALTER TABLE orders ALTER COLUMN status SET STATISTICS 500;
CREATE STATISTICS orders_status_customer (dependencies, ndistinct) ON status, customer_id FROM orders;
ANALYZE orders;
ALTER TABLE orders SET (autovacuum_vacuum_scale_factor = 0.02, fillfactor = 90);
--- names of constraints and indexes
ALTER INDEX IF EXISTS orders_status_placed_at_idx RENAME TO idx_orders_status;
ALTER TABLE orders RENAME CONSTRAINT orders_customer_id_fkey TO fk_orders_customer;
--- sequences
ALTER SEQUENCE orders_id_seq CACHE 50;
SELECT setval('orders_id_seq', 100000, true);
--- check made wider
ALTER TABLE order_lines
  DROP CONSTRAINT order_lines_quantity_check,
  ADD CONSTRAINT order_lines_quantity_check CHECK (quantity >= 0) NOT VALID;
ALTER TABLE order_lines VALIDATE CONSTRAINT order_lines_quantity_check;
--- reference the long way
alter table events_2026 add column order_id bigint;
-- migration
CREATE INDEX CONCURRENTLY events_2026_order_idx ON events_2026 (order_id) WHERE order_id IS NOT NULL;
ALTER TABLE events_2026 ADD CONSTRAINT events_2026_order_fk FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE SET NULL NOT VALID;
ALTER TABLE events_2026 VALIDATE CONSTRAINT events_2026_order_fk;
--- partition that is proven before @ 13-18
ALTER TABLE events_2026 ADD CONSTRAINT year CHECK (at >= '2026-01-01' AND at < '2027-01-01') NOT VALID;
ALTER TABLE events_2026 VALIDATE CONSTRAINT year;
ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
ALTER TABLE events_2026 DROP CONSTRAINT year;
--- unique the long way @ 13-18
CREATE UNIQUE INDEX CONCURRENTLY customers_email_key ON customers (email);
ALTER TABLE customers ADD CONSTRAINT customers_email_key UNIQUE USING INDEX customers_email_key;
--- virtual column on 18
ALTER TABLE customers ADD COLUMN email_lower text GENERATED ALWAYS AS (lower(email)) VIRTUAL;
--- summary without rows yet
CREATE MATERIALIZED VIEW daily AS SELECT date_trunc('day', paid_at) AS day, sum(total) AS total FROM orders GROUP BY 1 WITH NO DATA;
CREATE UNIQUE INDEX daily_day_idx ON daily (day);
--- partial index beside a whole one
CREATE INDEX CONCURRENTLY orders_open_idx ON orders (customer_id, placed_at) WHERE status = 'open';
--- another operator class beside the usual one
create index customers_name_idx on customers (name);
-- migration
CREATE INDEX CONCURRENTLY customers_name_like_idx ON customers (name varchar_pattern_ops);
--- table written the way of pg_dump @ 13-18
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.coupons (
    id bigint NOT NULL,
    code character varying NOT NULL,
    customer_id bigint
);
CREATE SEQUENCE public.coupons_id_seq START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE public.coupons_id_seq OWNED BY public.coupons.id;
ALTER TABLE ONLY public.coupons ALTER COLUMN id SET DEFAULT nextval('public.coupons_id_seq'::regclass);
ALTER TABLE ONLY public.coupons ADD CONSTRAINT coupons_pkey PRIMARY KEY (id);
CREATE UNIQUE INDEX coupons_code_idx ON public.coupons USING btree (code);
--- policies of a new table
-- runner: wrapped
CREATE TABLE notes (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id bigint NOT NULL, body text);
CREATE INDEX ON notes (tenant_id);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes USING (tenant_id = current_setting('app.tenant')::bigint);
--- compression of new values @ 14-18
ALTER TABLE orders ALTER COLUMN payload SET COMPRESSION pglz;
ALTER TABLE orders ALTER COLUMN note SET STORAGE EXTENDED;
--- old sessions
create table sessions (id uuid primary key, expires_at timestamptz not null);
create index on sessions (expires_at);
-- migration
DELETE FROM sessions WHERE expires_at < now() - interval '90 days';
