-- orders rows=5000000 updates=9000000 hotUpdates=8000000
-- migration
create index concurrently orders_note_idx on orders (note);
