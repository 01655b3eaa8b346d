-- postgres: 16
-- orders rows=5000000 updates=9000000 hotUpdates=8000000
-- migration
create index concurrently orders_paid_idx on orders using brin (paid_at);
