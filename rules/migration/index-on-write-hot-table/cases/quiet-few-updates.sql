-- orders rows=5000000 updates=90 hotUpdates=80
-- migration
create index concurrently orders_note_idx on orders (note);
