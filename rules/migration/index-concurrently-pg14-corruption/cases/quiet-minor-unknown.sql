-- postgres: 14
create index concurrently orders_note_idx on orders (note);
